import { type Service, StopServiceDeploymentCommand } from "@aws-sdk/client-ecs";
import { ActionFailure, type ActionResult, mapAwsErrors } from "@slipway/core";
import { awaitDeployment, EventLog } from "@slipway/ecs-deploy/await-deployment";
import { outcomeFailure } from "@slipway/ecs-deploy/deployment-failure";
import { consoleUrl, primaryDeployment } from "@slipway/ecs-deploy/service";
import { type DeploymentRecord, serviceDeployments } from "@slipway/ecs-deploy/service-deployments";
import { describeTaskDefinition } from "@slipway/ecs-deploy/task-definition";
import type { Rollback, RollbackServiceInput, RollbackTools } from "./rollback.ts";
import { rollbackResult, tagRolledBackDigests } from "./summary.ts";

interface Stop {
  readonly rollback: Rollback;
  readonly record: DeploymentRecord;
  /** ARNs of all other service deployments. */
  readonly others: readonly string[];
}

/** Stops the deployment in progress and waits until ECS has rolled back to the revision before it. */
export async function stopInFlight(
  input: RollbackServiceInput,
  service: Service,
  tools: RollbackTools,
): Promise<ActionResult> {
  const { ecs, log, signal } = tools;
  const stop = await find(input, service, tools);
  const { rollback, record } = stop;
  const { from, target } = rollback;
  if (input.dryRun) {
    log.info(
      `Dry run: the deployment of ${from.name} would be stopped, and ${input.service} go back to ${target.name}`,
    );
    return rollbackResult(rollback, { mode: "dry-run", state: `would go back to ${target.name}`, status: "NONE" });
  }
  if (signal.aborted) throw new ActionFailure("interrupted", "Interrupted before anything was changed", "run again");
  const serviceDeploymentArn = record.deployment.serviceDeploymentArn ?? "";
  await mapAwsErrors(ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" })), {
    ConflictException: ({ message }) => nothingInFlight(input, `the one of ${from.name} ended meanwhile (${message})`),
  });
  await tagRolledBackDigests(rollback, tools);
  log.info(`Stopped the deployment of ${from.name}; waiting until ${input.service} is back at ${target.name}`);
  return await awaitRollback(stop, tools);
}

async function find(input: RollbackServiceInput, service: Service, { ecs }: RollbackTools): Promise<Stop> {
  const { cluster } = input;
  const all = await serviceDeployments(ecs, { cluster, service: input.service });
  const record = all.find(({ deployment: { status = "" } }) => ["PENDING", "IN_PROGRESS"].includes(status));
  if (record === undefined) throw nothingInFlight(input, "none is in progress");
  const successful = await serviceDeployments(ecs, { cluster, service: input.service, status: "SUCCESSFUL" });
  const before = successful.find(({ taskDefinition }) => taskDefinition !== record.taskDefinition) ?? successful[0];
  if (before === undefined) {
    const what = `No earlier successful deployment of ${input.service} is known, so ECS has nothing to go back to`;
    throw new ActionFailure("no-earlier-revision", what, "let the deployment end, or set the service's count to 0");
  }
  const [from, target] = await Promise.all([
    describeTaskDefinition(ecs, record.taskDefinition),
    describeTaskDefinition(ecs, before.taskDefinition),
  ]);
  const others = all.filter((each) => each !== record);
  return {
    rollback: { input, service, from, target },
    record,
    others: others.map(({ deployment }) => deployment.serviceDeploymentArn ?? ""),
  };
}

function nothingInFlight({ service }: RollbackServiceInput, why: string): ActionFailure {
  const next = "use `to: previous-successful` to go back from one that is complete";
  return new ActionFailure(
    "nothing-in-flight",
    `A deployment of ${service} must be in progress to be stopped, and ${why}`,
    next,
  );
}

async function awaitRollback({ rollback, others }: Stop, tools: RollbackTools): Promise<ActionResult> {
  const { input, service, from, target } = rollback;
  const awaited = {
    ...input,
    deploymentId: primaryDeployment(service)?.id ?? "",
    taskDefinition: from.arn,
    previousTaskDefinition: target.arn,
    earlier: others,
    wantedCount: undefined,
    isFirst: false,
  };
  const events = new EventLog(service.events);
  const outcome = await awaitDeployment(awaited, { ...tools, events });
  const { status } = outcome;
  if (outcome.state === "rolled-back") {
    const state = `stopped and rolled back to ${target.name}`;
    return rollbackResult(rollback, { mode: "stop-deployment", state, status, outcome });
  }
  const url = consoleUrl(service.serviceArn ?? "");
  const names = { revision: from.name, previousRevision: target.name, service: input.service };
  const failure = outcomeFailure({ outcome, diagnostics: undefined, isFirst: false, consoleUrl: url, ...names });
  const details = { state: `stop ${failure.title}`, status, outcome, next: failure.next };
  const failed = rollbackResult(rollback, { mode: "stop-deployment", ...details });
  throw new ActionFailure(failure.reason, failure.what, failure.next, failed);
}
