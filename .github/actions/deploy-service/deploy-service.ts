import { type ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { ActionFailure, type ActionResult, type Log, markdown } from "@slipway/core";
import { awaitDeployment, type DeploymentOutcome, EventLog } from "@slipway/ecs-deploy/await-deployment";
import { outcomeFailure } from "@slipway/ecs-deploy/deployment-failure";
import { collectDiagnostics, diagnosticsSection } from "@slipway/ecs-deploy/diagnostics";
import { consoleUrl, describeService, primaryDeployment } from "@slipway/ecs-deploy/service";
import { deployedTag, rolledBackDigests, tagResource } from "@slipway/ecs-deploy/service-tags";
import {
  checkSeparateRoles,
  type DescribedTaskDefinition,
  describeTaskDefinition,
  registerTaskDefinition,
  revisionName,
  templateContainers,
} from "@slipway/ecs-deploy/task-definition";
import { changedFields } from "./changed-fields.ts";
import type { Deployment, DeployServiceInput, DeployTools } from "./deployment.ts";
import { migrateFirst, migrationOf } from "./migrate-first.ts";
import { deploySummary, outputsOf, reportOf, runningTasks } from "./summary.ts";
import { identicalRevision, registrationOf, renderTaskDefinition } from "./task-definition.ts";
import {
  type PlannedUpdate,
  plannedUpdate,
  rejectOlderRun,
  rejectRolledBack,
  type StartedDeployment,
  startDeployment,
  tagRunId,
} from "./update-service.ts";

/** Deploys images and count to a service and waits until this deployment has ended. */
export async function deployService(input: DeployServiceInput, tools: DeployTools): Promise<ActionResult> {
  const { ecs, log, signal } = tools;
  const service = await describeService(ecs, input.cluster, input.service);
  rejectOlderRun(service, input);
  if (!input.allowRolledBack) rejectRolledBack(service, input.images);
  const template = await describeTaskDefinition(ecs, input.taskDefinition);
  checkSeparateRoles(template);
  const rendered = renderTaskDefinition(template, input);
  const previous = await describeTaskDefinition(ecs, service.taskDefinition ?? "");
  const identical = await identicalRevision(ecs, rendered);
  const changes = changedFields(registrationOf(previous), rendered);
  const unmigrated: Deployment = { input, service, previous, changes, migrated: undefined };
  if (input.dryRun) return dryRun(unmigrated, identical, log);
  if (signal.aborted) throw new ActionFailure("interrupted", "Interrupted before anything was changed", "run again");

  const revision = identical ?? (await registerTaskDefinition(ecs, rendered));
  log.info(identical ? `Reuses ${revision.name}, which has the same content` : `Registered ${revision.name}`);
  const update = plannedUpdate(service, revision.arn, input.desiredCount);
  if (update === "none") {
    log.info(
      `${input.service} runs ${revision.name} already with ${service.runningCount} of ${service.desiredCount} tasks`,
    );
    await recordSuccess(unmigrated, revision, undefined, tools);
    return success(unmigrated, revision, undefined);
  }
  const prepared = { ...unmigrated, migrated: await migrateFirst(unmigrated, revision, update, tools) };
  const wantedCount = input.desiredCount;
  const start = { cluster: input.cluster, service, taskDefinition: revision.arn, wantedCount, update };
  const started = await startDeployment(ecs, start);
  const step = update === "deploy" ? `${previous.name} → ${revision.name}` : `${update} ${revision.name}`;
  log.info(`Waiting for ${started.deploymentId} (${step})`);
  const deployment: Deployment = { ...prepared, previous: await replaced(ecs, prepared, revision, update) };
  const isFirst = templateContainers(deployment.previous.definition).length > 0;
  const awaited = { ...input, ...started, taskDefinition: revision.arn, isFirst };
  const events = new EventLog(service.events);
  const outcome = await awaitDeployment(awaited, { ...tools, events });
  if (outcome.state !== "successful")
    throw await failed({ deployment, revision, started, outcome, isFirst, events: events.lines }, tools);
  await recordSuccess(deployment, revision, outcome, tools);
  return success(deployment, revision, outcome);
}

/** A deployment that an earlier run started has replaced what it lists beside itself. */
async function replaced(
  ecs: ECSClient,
  { service, previous }: Deployment,
  revision: DescribedTaskDefinition,
  update: PlannedUpdate,
): Promise<DescribedTaskDefinition> {
  const other = service.deployments?.find(({ taskDefinition }) => taskDefinition !== revision.arn)?.taskDefinition;
  return update === "attach" && other ? describeTaskDefinition(ecs, other) : previous;
}

/** Tags the revision as deployed, removes its images from the rolled-back digests and tags the run id. */
async function recordSuccess(
  { service, input }: Deployment,
  revision: DescribedTaskDefinition,
  outcome: DeploymentOutcome | undefined,
  tools: DeployTools,
): Promise<void> {
  const { ecs, log } = tools;
  if (outcome || deployedTag.read(revision.tags) === "")
    await tagResource(ecs, revision.arn, deployedTag.at(new Date()), log);
  const digests = input.images.map(({ imageUri }) => imageUri.split("@")[1] ?? "");
  const tag = rolledBackDigests.removing(service.tags, digests);
  if (tag) await tagResource(ecs, service.serviceArn ?? "", tag, log);
  await tagRunId(service, input, tools);
}

interface FailedAttempt {
  readonly deployment: Deployment;
  readonly revision: DescribedTaskDefinition;
  readonly started: StartedDeployment;
  readonly outcome: DeploymentOutcome;
  readonly isFirst: boolean;
  readonly events: readonly string[];
}

async function failed(
  { deployment, revision, started, outcome, isFirst, events }: FailedAttempt,
  tools: DeployTools,
): Promise<ActionFailure> {
  const { input, service, previous } = deployment;
  const query = { cluster: input.cluster, service: input.service, taskDefinition: revision.arn, ...started };
  // The deployment continues in AWS.
  if (outcome.state === "timed-out" || outcome.state === "interrupted") await tagRunId(service, input, tools);
  // A cancelled step has seconds left.
  const needsDiagnostics = outcome.state !== "interrupted" && outcome.state !== "superseded";
  const diagnostics = needsDiagnostics ? await collectDiagnostics(tools, revision.definition, query) : undefined;
  const url = consoleUrl(service.serviceArn ?? "");
  const names = { revision: revision.name, previousRevision: isFirst ? "" : previous.name, service: input.service };
  const failure = outcomeFailure({ outcome, diagnostics, isFirst, consoleUrl: url, ...names });
  const isScaledToZero = failure.reason === "first-deployment-failed";
  if (isScaledToZero) await scaleToZero(deployment, tools.ecs);
  const isRolledBack = failure.reason === "deployment-rolled-back";
  const report = reportOf(deployment, revision.name, {
    state: failure.title,
    currentRevision: isScaledToZero ? "" : revisionName(primaryDeployment(outcome.seen)?.taskDefinition),
    count: isScaledToZero ? "0, as before" : runningTasks(outcome.seen),
    breaker: outcome.breaker,
    milliseconds: outcome.milliseconds,
    diagnostics: diagnosticsSection(diagnostics, events),
    next: failure.next,
  });
  const outputs = outputsOf(deployment, revision, {
    changed: "true",
    "deployment-status": isScaledToZero ? "FAILED" : outcome.status,
    "service-deployment-arn": outcome.serviceDeploymentArn,
    "rolled-back": String(isRolledBack),
  });
  return new ActionFailure(failure.reason, failure.what, failure.next, { outputs, summary: deploySummary(report) });
}

/** ECS would roll back to the template, whose placeholder image cannot be pulled. */
async function scaleToZero({ input, previous }: Deployment, ecs: ECSClient): Promise<void> {
  const isUsable = previous.definition.status === "ACTIVE";
  const target = isUsable ? { taskDefinition: previous.arn } : {};
  const { cluster, service } = input;
  await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: 0, ...target }));
}

function dryRun(deployment: Deployment, identical: DescribedTaskDefinition | undefined, log: Log): ActionResult {
  const { input, service, changes } = deployment;
  const update = identical ? plannedUpdate(service, identical.arn, input.desiredCount) : "deploy";
  const state = update === "none" ? "unchanged" : "would be deployed";
  log.info(
    `Dry run: ${input.service} ${state === "unchanged" ? "runs this already" : `would get ${identical?.name ?? "a new revision"}`}`,
  );
  const migration = update === "deploy" || update === "retry" ? migrationOf(input) : undefined;
  if (migration !== undefined) log.info(`  first \`${migration.command.join(" ")}\` would run in a task of it`);
  for (const { field, before, after } of changes) log.info(`  ${field}: ${before ? `${before} → ${after}` : after}`);
  const current = revisionName(service.taskDefinition);
  const details = {
    state,
    currentRevision: current,
    count: runningTasks(service),
    next: "",
    ...(migration !== undefined && { migration: `${markdown.code(migration.command.join(" "))} would run first` }),
  };
  const report = reportOf(deployment, identical?.name ?? "", details);
  const outputs = outputsOf(deployment, identical, { changed: "false", "deployment-status": "NONE" });
  return { outputs, summary: deploySummary(report) };
}

function success(
  deployment: Deployment,
  revision: DescribedTaskDefinition,
  outcome: DeploymentOutcome | undefined,
): ActionResult {
  const seen = outcome?.seen ?? deployment.service;
  const report = reportOf(deployment, revision.name, {
    state: outcome ? (revision.arn === deployment.previous.arn ? "count changed" : "deployed") : "unchanged",
    currentRevision: revision.name,
    count: runningTasks(seen),
    milliseconds: outcome?.milliseconds,
    next: "",
  });
  const outputs = outputsOf(deployment, revision, {
    changed: String(outcome !== undefined),
    "deployment-status": "SUCCESSFUL",
    "service-deployment-arn": outcome?.serviceDeploymentArn ?? "",
  });
  return { outputs, summary: deploySummary(report) };
}
