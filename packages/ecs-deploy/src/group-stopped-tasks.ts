import type { Container, Task } from "@aws-sdk/client-ecs";

export interface StoppedGroup {
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
    const container = culprit(task);
    const exitCode = container?.exitCode === undefined ? "" : String(container.exitCode);
    const reason = plain([task.stoppedReason, container?.reason].filter(Boolean).join(": "));
    const facts = { container: container?.name ?? "", exitCode, stopCode: task.stopCode ?? "", reason };
    const key = JSON.stringify(facts);
    const group = groups.get(key);
    groups.set(key, group ? { ...group, count: group.count + 1 } : { ...facts, count: 1, example: task });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

/** What the rollback itself stops says nothing about why it came to that. */
function isScaledIn(task: Task): boolean {
  return task.stopCode === "ServiceSchedulerInitiated" && /^scaling activity/i.test(task.stoppedReason ?? "");
}

function culprit(task: Task): Container | undefined {
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
  return reason
    .replaceAll(/arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:\S*?([\w-]+)\/[0-9a-f]{16,}\b/g, "$1")
    .replaceAll(/\(task [0-9a-f]{16,}\)/g, "")
    .replaceAll(/\b(port \d+ is unhealthy in )/g, "$1")
    .replaceAll(/\b(?:i-[0-9a-f]{8,}|\d{1,3}(?:\.\d{1,3}){3})\b/g, "…")
    .replaceAll(/[0-9a-f]{32}/g, "…")
    .replaceAll(/\s+/g, " ")
    .trim();
}
