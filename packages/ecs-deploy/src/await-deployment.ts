import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  type ServiceDeployment,
  type ServiceEvent,
} from "@aws-sdk/client-ecs";
import { ActionFailure, type Log, pause, pollDelay, safeText, toFailure } from "@slipway/core";
import { type DeploymentState, evaluateDeployment } from "./deployment-state.ts";
import { breaker, serviceDeployments } from "./service-deployments.ts";
import { revisionName } from "./task-definition.ts";

export interface AwaitedDeployment {
  readonly cluster: string;
  readonly service: string;
  readonly deploymentId: string;
  readonly taskDefinition: string;
  readonly previousTaskDefinition: string;
  /** Set when only the count of a completed deployment was changed. */
  readonly wantedCount: number | undefined;
  /** ARNs of the service deployments there were before: none of them is this one. */
  readonly earlier: readonly string[];
  readonly timeoutMinutes: number;
  readonly pollSeconds: number;
  /** Nothing ran before: ECS has nothing to roll back to, so a rollback is not waited for. */
  readonly isFirst: boolean;
}

export interface AwaitTools {
  readonly ecs: ECSClient;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly events: EventLog;
}

export interface DeploymentOutcome extends Omit<DeploymentState, "state"> {
  readonly state: DeploymentState["state"] | "timed-out" | "interrupted";
  /** The service as last seen. */
  readonly seen: Service;
  /** `3 of 3 failures`, or empty. */
  readonly breaker: string;
  readonly serviceDeploymentArn: string;
  readonly milliseconds: number;
}

const terminal: readonly DeploymentState["state"][] = ["successful", "rolled-back", "failed", "stopped", "superseded"];

/** How long a read may lag behind the update. */
const lagMilliseconds = 60_000;

/** Waits for one deployment, and only for that one, printing the service's events as they come. */
export async function awaitDeployment(awaited: AwaitedDeployment, tools: AwaitTools): Promise<DeploymentOutcome> {
  const start = Date.now();
  const deadline = start + awaited.timeoutMinutes * 60_000;
  let shown = "";
  let breakerText = "";
  let serviceDeploymentArn = "";
  let wasSeen = false;
  for (;;) {
    const { service, record } = await poll(awaited, serviceDeploymentArn, tools.ecs);
    serviceDeploymentArn = record?.serviceDeploymentArn ?? serviceDeploymentArn;
    const isListed = service.deployments?.some(({ id }) => id === awaited.deploymentId) ?? false;
    wasSeen = wasSeen || isListed || Date.now() - start > lagMilliseconds;
    for (const line of tools.events.next(service.events)) tools.log.info(line);
    const current = evaluateDeployment({ ...awaited, service, record, wasSeen });
    breakerText = breaker(service, awaited.deploymentId, record) || breakerText;
    const line = progress(service, awaited, current, breakerText);
    if (line !== shown) tools.log.info(`${new Date().toISOString().slice(11, 19)}  ${line}`);
    shown = line;
    const milliseconds = Date.now() - start;
    const outcome = { ...current, seen: service, breaker: breakerText, serviceDeploymentArn, milliseconds };
    if (terminal.includes(current.state) || (awaited.isFirst && current.state === "rolling-back")) return outcome;
    if (tools.signal.aborted) return { ...outcome, state: "interrupted" };
    if (Date.now() >= deadline) return { ...outcome, state: "timed-out" };
    await pause(Math.min(pollDelay(milliseconds, awaited.pollSeconds), deadline - Date.now()), tools.signal);
  }
}

interface Snapshot {
  service: Service;
  record: ServiceDeployment | undefined;
}

/** Reads the service and its deployment once. An error of the read is not a failure of the deployment. */
async function poll(awaited: AwaitedDeployment, arn: string, ecs: ECSClient): Promise<Snapshot> {
  try {
    const record = awaited.wantedCount === undefined ? await ownRecord(awaited, arn, ecs) : undefined;
    // Read after the record, so that what the service is at is never older than what the record says of it.
    const answer = await ecs.send(
      new DescribeServicesCommand({ cluster: awaited.cluster, services: [awaited.service] }),
    );
    return { service: answer.services?.[0] ?? {}, record };
  } catch (error) {
    const what = `Lost sight of the deployment of ${revisionName(awaited.taskDefinition)}: ${toFailure(error).what}`;
    const next = `it goes on in AWS: look at service ${awaited.service}, and run again to watch it to its end`;
    throw new ActionFailure("deployment-unwatched", what, next, { cause: error });
  }
}

async function ownRecord(
  awaited: AwaitedDeployment,
  arn: string,
  ecs: ECSClient,
): Promise<ServiceDeployment | undefined> {
  if (arn !== "") {
    const answer = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
    return answer.serviceDeployments?.[0];
  }
  const { cluster, service, taskDefinition, earlier } = awaited;
  const records = await serviceDeployments(ecs, { cluster, service });
  const own = records.find(
    ({ deployment, taskDefinition: brought }) =>
      brought === taskDefinition && !earlier.includes(deployment.serviceDeploymentArn ?? ""),
  );
  return own?.deployment;
}

function progress(
  service: Service,
  awaited: AwaitedDeployment,
  { status }: DeploymentState,
  breakerText: string,
): string {
  const own = service.deployments?.find(({ id }) => id === awaited.deploymentId) ?? service;
  const counts = `${own.runningCount ?? 0} of ${own.desiredCount ?? 0} running, ${own.pendingCount ?? 0} pending`;
  return `${revisionName(awaited.taskDefinition)} ${status}: ${counts}${breakerText && `, ${breakerText}`}`;
}

/** Keeps the ids of the service events that were shown, so that each is printed once. */
export class EventLog {
  readonly #shown: Set<string>;
  /** Every line given so far. */
  readonly lines: string[] = [];

  /** The events there are before the deployment are not its own. */
  constructor(before: readonly ServiceEvent[] | undefined) {
    this.#shown = new Set(before?.map(({ id }) => id ?? ""));
  }

  /** Lines for the events not shown yet, oldest first. */
  next(events: readonly ServiceEvent[] | undefined): string[] {
    const fresh = (events ?? []).filter(({ id }) => id && !this.#shown.has(id));
    for (const { id } of fresh) this.#shown.add(id ?? "");
    const lines = fresh
      .sort((a, b) => time(a) - time(b))
      .map((event) => `${new Date(time(event)).toISOString().slice(11, 19)}  ${safeText(event.message ?? "")}`);
    this.lines.push(...lines);
    return lines;
  }
}

function time({ createdAt }: ServiceEvent): number {
  return createdAt?.getTime() ?? 0;
}
