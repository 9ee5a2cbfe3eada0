import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { ActionFailure, type ActionResult } from "@slipway/core";
import { awaitDeployment, type DeploymentOutcome, EventLog } from "@slipway/ecs-deploy/await-deployment";
import { outcomeFailure } from "@slipway/ecs-deploy/deployment-failure";
import { collectDiagnostics, diagnosticsSection } from "@slipway/ecs-deploy/diagnostics";
import { consoleUrl, describeService, primaryDeployment } from "@slipway/ecs-deploy/service";
import { serviceDeployments } from "@slipway/ecs-deploy/service-deployments";
import { deployedTag, tagResource } from "@slipway/ecs-deploy/service-tags";
import { describeTaskDefinition } from "@slipway/ecs-deploy/task-definition";
import type { Rollback, RollbackServiceInput, RollbackTools } from "./rollback.ts";
import { stopInFlight } from "./stop-in-flight.ts";
import { rollbackResult, tagRolledBackDigests } from "./summary.ts";
import { checkImages, checkRunnable, namedRevision, previousSuccessful } from "./target-revision.ts";

/** Brings a service back to a revision that can run, keeping its count, and waits until it does. */
export async function rollbackService(input: RollbackServiceInput, tools: RollbackTools): Promise<ActionResult> {
  const { ecs, log, signal } = tools;
  const { cluster } = input;
  const service = await describeService(ecs, cluster, input.service);
  if (input.to === "in-flight") return stopInFlight(input, service, tools);
  const from = await describeTaskDefinition(ecs, service.taskDefinition ?? "");
  const target =
    input.to === "previous-successful"
      ? await previousSuccessful(ecs, { cluster, service, current: from })
      : await namedRevision(ecs, input.to, from);
  await checkRunnable(ecs, target);
  const rollback: Rollback = { input, service, from, target };
  if (target.arn === from.arn && primaryDeployment(service)?.rolloutState !== "FAILED") {
    log.info(`${input.service} is at ${target.name} already: nothing to do`);
    return rollbackResult(rollback, { mode: "noop", state: `already at ${target.name}`, status: "NONE" });
  }
  await checkImages(target, tools);
  log.warning("Database migrations are not undone: check that the older code works with the present schema.");
  if (input.dryRun) {
    log.info(`Dry run: ${input.service} would go from ${from.name} to ${target.name}`);
    return rollbackResult(rollback, { mode: "dry-run", state: `would go back to ${target.name}`, status: "NONE" });
  }
  if (signal.aborted) throw new ActionFailure("interrupted", "Interrupted before anything was changed", "run again");
  const outcome = await rollBack(rollback, tools);
  return rollbackResult(rollback, {
    mode: "update-service",
    state: `rolled back to ${target.name}`,
    status: "SUCCESSFUL",
    outcome,
  });
}

async function rollBack(rollback: Rollback, tools: RollbackTools): Promise<DeploymentOutcome> {
  const { input, service, from, target } = rollback;
  const { ecs, log } = tools;
  if ((service.desiredCount ?? 0) === 0) log.warning(`${input.service} has a count of 0: no task will run`);
  const { cluster } = input;
  const command = new UpdateServiceCommand({
    cluster,
    service: input.service,
    taskDefinition: target.arn,
    ...(target.arn === from.arn ? { forceNewDeployment: true } : {}),
  });
  const known = await serviceDeployments(ecs, { cluster, service: input.service });
  const updated = (await ecs.send(command)).service ?? service;
  // Tagged before the wait, so that the digest is rejected even if this run is cancelled.
  await tagRolledBackDigests(rollback, tools);
  const primary = primaryDeployment(updated);
  const started = {
    deploymentId: primary?.id ?? "",
    createdAt: primary?.createdAt ?? new Date(),
    taskDefinition: target.arn,
    previousTaskDefinition: from.arn,
    earlier: known.map(({ deployment }) => deployment.serviceDeploymentArn ?? ""),
    wantedCount: undefined,
    isFirst: false,
  };
  log.info(`Waiting for ${started.deploymentId} (${from.name} → ${target.name})`);
  const events = new EventLog(service.events);
  const outcome = await awaitDeployment({ ...input, ...started }, { ...tools, events });
  if (outcome.state === "successful") {
    if (deployedTag.read(target.tags) === "") await tagResource(ecs, target.arn, deployedTag.at(new Date()), log);
    return outcome;
  }
  const query = { ...started, cluster, service: input.service };
  const needsDiagnostics = outcome.state !== "interrupted" && outcome.state !== "superseded";
  const diagnostics = needsDiagnostics ? await collectDiagnostics(tools, target.definition, query) : undefined;
  const url = consoleUrl(service.serviceArn ?? "");
  const names = { revision: target.name, previousRevision: "", service: input.service };
  const failure = outcomeFailure({ outcome, diagnostics, isFirst: false, consoleUrl: url, ...names });
  const failed = rollbackResult(rollback, {
    mode: "update-service",
    state: `rollback ${failure.title}`,
    status: outcome.status,
    outcome,
    diagnostics: diagnosticsSection(diagnostics, events.lines),
    next: failure.next,
  });
  throw new ActionFailure(failure.reason, failure.what, failure.next, failed);
}
