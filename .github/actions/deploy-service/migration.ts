import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type Service,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { ActionFailure, duration, type FailureReason, type Log, pause, pollDelay, toFailure } from "@slipway/core";
import { type Diagnostics, groupStoppedTasks } from "@slipway/ecs-deploy/diagnostics";
import { logTail } from "@slipway/ecs-deploy/log-tail";
import type { DescribedTaskDefinition } from "@slipway/ecs-deploy/task-definition";

export interface Migration {
  readonly command: readonly string[];
  /** The container whose command is overridden. */
  readonly container: string;
  readonly timeoutMinutes: number;
  readonly pollSeconds: number;
}

export interface MigrationRequest {
  readonly migration: Migration;
  readonly cluster: string;
  readonly service: Service;
  /** The revision that is about to be deployed. */
  readonly revision: DescribedTaskDefinition;
}

export interface MigrationTools {
  readonly ecs: ECSClient;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface MigrationOutcome {
  /** Undefined when it succeeded. */
  readonly reason: Extract<FailureReason, "migration-failed" | "migration-timed-out" | "interrupted"> | undefined;
  /** `exit 1`, `did not start`, `stopped after 15 m 0 s`. */
  readonly end: string;
  /** Empty when ECS started none. */
  readonly taskArn: string;
  readonly diagnostics: Diagnostics;
  readonly milliseconds: number;
}

/** Runs the migration as one task of the new revision, where the service's tasks run, and waits for its end. */
export async function migrate(request: MigrationRequest, tools: MigrationTools): Promise<MigrationOutcome> {
  const { migration, service } = request;
  const started = Date.now();
  const until = started + migration.timeoutMinutes * 60_000;
  // ECS takes 128 characters.
  const startedBy = `migrate/${service.serviceName}`.slice(0, 128);
  tools.log.info(`Migrates by \`${migration.command.join(" ")}\` in a task of ${request.revision.name}`);
  const isFree = await awaitOtherMigrations(request, startedBy, until, tools);
  if (!isFree) {
    const end = "not started: another migration of this service still works";
    const reason = tools.signal.aborted ? "interrupted" : "migration-timed-out";
    return {
      reason,
      end,
      taskArn: "",
      diagnostics: { groups: [], missing: "it waited for the other one" },
      milliseconds: Date.now() - started,
    };
  }
  const task = await start(request, startedBy, tools.ecs);
  if (typeof task === "string") {
    const diagnostics = { groups: [], missing: `no task was started (${task})` };
    const end = "could not be started";
    return {
      reason: "migration-failed",
      end,
      taskArn: "",
      diagnostics,
      milliseconds: Date.now() - started,
    };
  }
  const last = await watch(request, [task.taskArn ?? ""], until, tools);
  const milliseconds = Date.now() - started;
  const seen = last[0] ?? task;
  if (seen.lastStatus !== "STOPPED") return stopMigration(request, seen, milliseconds, tools);
  return completed(request, seen, milliseconds, tools);
}

/** Waits for a migration that an earlier job started, because two at once could apply the same change twice. */
async function awaitOtherMigrations(
  request: MigrationRequest,
  startedBy: string,
  until: number,
  tools: MigrationTools,
): Promise<boolean> {
  const { cluster } = request;
  // ECS takes no other filter beside this one.
  const others = (await tools.ecs.send(new ListTasksCommand({ cluster, startedBy }))).taskArns ?? [];
  if (others.length === 0) return true;
  tools.log.info(`Waiting for the migration that an earlier run started (${others.join(", ")})`);
  const last = await watch(request, others, until, tools);
  return last.every(({ lastStatus }) => lastStatus === "STOPPED");
}

/** The task, or why there is none. */
async function start(
  { cluster, service, revision, migration }: MigrationRequest,
  startedBy: string,
  ecs: ECSClient,
): Promise<Task | string> {
  const { networkConfiguration, launchType, platformVersion, capacityProviderStrategy = [] } = service;
  const answer = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: revision.arn,
      count: 1,
      startedBy,
      networkConfiguration,
      platformVersion,
      ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy } : { launchType }),
      overrides: { containerOverrides: [{ name: migration.container, command: [...migration.command] }] },
    }),
  );
  const [task] = answer.tasks ?? [];
  const reasons = (answer.failures ?? []).map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
  return task ?? (reasons.join("; ") || "AWS gives no reason");
}

/** The tasks as last seen: all stopped, or what they were at when the time was over or the step was cancelled. */
async function watch(
  { cluster, migration }: MigrationRequest,
  taskArns: readonly string[],
  until: number,
  { ecs, log, signal }: MigrationTools,
): Promise<readonly Task[]> {
  const started = Date.now();
  let shown = "";
  for (;;) {
    const tasks = await describeTasks(ecs, cluster, taskArns);
    const line = tasks.map(({ lastStatus }) => lastStatus).join(", ");
    if (line !== shown) log.info(`${new Date().toISOString().slice(11, 19)}  migration ${line}`);
    shown = line;
    const isEnded = tasks.length === taskArns.length && tasks.every(({ lastStatus }) => lastStatus === "STOPPED");
    if (isEnded || signal.aborted || Date.now() >= until) return tasks;
    const delay = pollDelay(Date.now() - started, migration.pollSeconds);
    await pause(Math.min(delay, until - Date.now()), signal);
  }
}

/** Stops the task, which could otherwise run beside the next migration. */
async function stopMigration(
  { cluster, revision, migration }: MigrationRequest,
  task: Task,
  milliseconds: number,
  { ecs, log, signal }: MigrationTools,
): Promise<MigrationOutcome> {
  const isInterrupted = signal.aborted;
  const reason = isInterrupted ? "the deployment was cancelled" : `no end after ${migration.timeoutMinutes} minutes`;
  const stop = new StopTaskCommand({ cluster, task: task.taskArn, reason: `Migration: ${reason}` });
  const isStopped = await ecs.send(stop).then(
    () => true,
    (error) => {
      log.warning(`The migration could not be stopped and goes on: ${toFailure(error).what}`);
      return false;
    },
  );
  const { container } = migration;
  // A cancelled step has seconds left.
  const tail = isInterrupted
    ? { lines: [], missing: "the step was cancelled" }
    : await logTail(revision.definition, { task, container }, signal);
  const group = { count: 1, container, exitCode: "", stopCode: "UserInitiated", reason, example: task, ...tail };
  return {
    reason: isInterrupted ? "interrupted" : "migration-timed-out",
    end: `${isStopped ? "stopped" : "not stopped, it goes on,"} after ${duration(milliseconds)}`,
    taskArn: task.taskArn ?? "",
    diagnostics: { groups: [group], missing: "" },
    milliseconds,
  };
}

async function completed(
  { revision, migration }: MigrationRequest,
  task: Task,
  milliseconds: number,
  { signal, log }: MigrationTools,
): Promise<MigrationOutcome> {
  const exitCode = task.containers?.find(({ name }) => name === migration.container)?.exitCode;
  const groups = await Promise.all(
    groupStoppedTasks([task]).map(async (group) => {
      const { container } = migration;
      return { ...group, ...(await logTail(revision.definition, { task, container }, signal)) };
    }),
  );
  for (const { lines } of groups) for (const line of lines) log.info(`  ${line}`);
  return {
    reason: exitCode === 0 ? undefined : "migration-failed",
    end: exitCode === undefined ? "did not start" : `exit ${exitCode}`,
    taskArn: task.taskArn ?? "",
    diagnostics: { groups, missing: "" },
    milliseconds,
  };
}

/** The tasks as they are; one that was started a moment ago may be missing. */
async function describeTasks(ecs: ECSClient, cluster: string, tasks: readonly string[]): Promise<Task[]> {
  try {
    return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [...tasks] }))).tasks ?? [];
  } catch (error) {
    const what = `Lost sight of the migration (${tasks.join(", ")}): ${toFailure(error).what}`;
    const next = "it goes on in AWS: look at that task, and run again, which waits for its end";
    throw new ActionFailure("migration-unwatched", what, next, { cause: error });
  }
}
