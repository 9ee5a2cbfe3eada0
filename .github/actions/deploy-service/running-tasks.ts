import type { Service } from "@aws-sdk/client-ecs";

/** `2 of 2 running`. */
export function runningTasks({ runningCount, desiredCount }: Service): string {
  return `${runningCount ?? 0} of ${desiredCount ?? 0} running`;
}
