import {
  type Container,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { markdown, safeText, toFailure } from "@slipway/core";
import { type LogTail, logTail } from "./log-tail.ts";

export interface Diagnostics {
  readonly groups: readonly (StoppedGroup & LogTail)[];
  /** Why the tasks could not be read; empty when they could. */
  readonly missing: string;
}

export interface DiagnosticsTools {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

/** Collects the stopped tasks of a failed deployment and the ends of their logs. */
export async function collectDiagnostics(
  { ecs, signal }: DiagnosticsTools,
  definition: TaskDefinition,
  query: StoppedTasksQuery,
): Promise<Diagnostics> {
  try {
    const groups = groupStoppedTasks(await stoppedTasks(ecs, query)).slice(0, 5);
    const withLogs = groups.map(async (group) => ({
      ...group,
      ...(await logTail(definition, { task: group.example, container: group.container }, signal)),
    }));
    return { groups: await Promise.all(withLogs), missing: "" };
  } catch (error) {
    return { groups: [], missing: `the stopped tasks could not be read: ${toFailure(error).what}` };
  }
}

/** More events than these make a summary longer, not clearer. */
const eventCount = 30;

/** The "Why" part of a job summary. */
export function diagnosticsSection(diagnostics: Diagnostics | undefined, events: readonly string[]): string {
  if (!diagnostics) return "";
  const history = events.length > 0 ? markdown.details("Service events", events.slice(-eventCount).join("\n")) : "";
  return `### Why\n\n${stopped(diagnostics)}\n${history}`;
}

function stopped({ groups, missing }: Diagnostics): string {
  if (missing !== "") return `${markdown.prose(missing)}.\n`;
  if (groups.length === 0)
    return "No task of this deployment stopped: its tasks did not start, or are not healthy yet.\n";
  const rows = groups.map(({ count, container, exitCode, stopCode, reason }) => [
    String(count),
    container && markdown.code(container),
    exitCode || "–",
    markdown.cell(stopCode),
    markdown.cell(reason),
  ]);
  const head = ["Tasks", "Container", "Exit", "Stopped by", "Reason"];
  const table = markdown.table(head, ["--:", "---", "--:", "---", "---"], rows);
  const logs = groups.map(({ container, lines, missing: none, example }) => {
    const task = (example.taskArn ?? "").split("/").at(-1);
    if (none) return `_${markdown.cell(none)}_\n`;
    return markdown.details(
      `Last log lines of <code>${markdown.html(container)}</code>, task ${markdown.html(task ?? "")}`,
      lines.join("\n"),
    );
  });
  return [table, ...logs].join("\n");
}

/** ``3 tasks: `web` exit 1 "ImproperlyConfigured: …"``; empty when no task stopped. */
export function describeDiagnostics({ groups }: Diagnostics): string {
  const parts = groups.map(({ count, container, exitCode, stopCode, reason, lines }) => {
    const exit = exitCode === "" ? reason : `exit ${exitCode}`;
    // A container stopped from outside (health checks) has its cause in the reason, not in its log.
    const isStopped = stopCode === "ServiceSchedulerInitiated" || ["", "0", "137", "143"].includes(exitCode);
    const detail = isStopped ? (exitCode === "" ? "" : reason) : mostRelevantLine(lines);
    return `${count} ${count === 1 ? "task" : "tasks"}: \`${container}\` ${exit}${detail && ` "${detail}"`}`;
  });
  return parts.join("; ");
}

interface StoppedTasksQuery {
  readonly cluster: string;
  readonly service: string;
  readonly deploymentId: string;
  readonly taskDefinition: string;
  readonly createdAt: Date;
}

/** The stopped tasks of one deployment, newest first. ECS keeps them listed for about an hour. */
async function stoppedTasks(ecs: ECSClient, query: StoppedTasksQuery): Promise<Task[]> {
  const { cluster, service } = query;
  const list = new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "STOPPED" });
  const tasks = (await ecs.send(list)).taskArns ?? [];
  if (tasks.length === 0) return [];
  const described = (await ecs.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? [];
  return described.filter((task) => isOf(task, query)).sort((a, b) => time(b) - time(a));
}

function isOf(task: Task, { deploymentId, taskDefinition, createdAt }: StoppedTasksQuery): boolean {
  if (task.startedBy?.startsWith("ecs-svc/")) return task.startedBy === deploymentId;
  return task.taskDefinitionArn === taskDefinition && time(task) >= createdAt.getTime() - 1000;
}

function time(task: Task): number {
  return task.createdAt?.getTime() ?? 0;
}

interface StoppedGroup {
  readonly count: number;
  readonly container: string;
  /** Empty when the container never ran. */
  readonly exitCode: string;
  readonly stopCode: string;
  readonly reason: string;
  /** The newest task of the group. */
  readonly example: Task;
}

/** Groups stopped tasks by what stopped them, most frequent first. The container named is the one that ended the task. */
export function groupStoppedTasks(tasks: readonly Task[]): StoppedGroup[] {
  const failed = tasks.filter((task) => !isScaledIn(task));
  const groups = new Map<string, StoppedGroup>();
  for (const task of failed.length > 0 ? failed : tasks) {
    const container = failedContainer(task);
    const exitCode = container?.exitCode === undefined ? "" : String(container.exitCode);
    // What ECS, a registry and the container itself wrote.
    const reason = plain(safeText([task.stoppedReason, container?.reason].filter(Boolean).join(": ")));
    const facts = { container: container?.name ?? "", exitCode, stopCode: task.stopCode ?? "", reason };
    const key = JSON.stringify(facts);
    const group = groups.get(key);
    groups.set(key, group ? { ...group, count: group.count + 1 } : { ...facts, count: 1, example: task });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

/** Tasks that the rollback itself stopped are not a cause of the failure. */
function isScaledIn(task: Task): boolean {
  return task.stopCode === "ServiceSchedulerInitiated" && /^scaling activity/i.test(task.stoppedReason ?? "");
}

function failedContainer(task: Task): Container | undefined {
  const containers = task.containers ?? [];
  return (
    containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0) ??
    containers.find(({ reason }) => reason) ??
    containers.find(({ healthStatus }) => healthStatus === "UNHEALTHY") ??
    containers[0]
  );
}

/** Without the ids that make each task's reason its own. */
function plain(reason: string): string {
  return (
    reason
      .replaceAll(/arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:\S*?([\w-]+)\/[0-9a-f]{16,}\b/g, "$1")
      .replaceAll(/\(task [0-9a-f]{16,}\)/g, "")
      .replaceAll(/\b(port \d+ is unhealthy in )/g, "$1")
      // Where a container listens is no address of a task.
      .replaceAll(/\b(?:i-[0-9a-f]{8,}|(?!127\.|0\.0\.0\.0\b)\d{1,3}(?:\.\d{1,3}){3})\b/g, "…")
      .replaceAll(/[0-9a-f]{32}/g, "…")
      .replaceAll(/\s+/g, " ")
      .trim()
  );
}

/** The log line that most likely names the cause: the last one that looks like an error, else the last. */
export function mostRelevantLine(lines: readonly string[]): string {
  const written = lines.map((line) => line.trim()).filter((line) => line !== "");
  const named = written.findLast((line) => /^[\w.]*(Error|Exception|ImproperlyConfigured)\b/.test(line));
  const loose = written.findLast((line) => /\b(error|exception|fatal|failed|refused|denied|not found)\b/i.test(line));
  return (named ?? loose ?? written.at(-1) ?? "").slice(0, 200);
}
