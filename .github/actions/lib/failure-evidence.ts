import type { ECSClient, TaskDefinition } from "@aws-sdk/client-ecs";
import { failureOf } from "./failure-of.ts";
import { groupStoppedTasks, type StoppedGroup } from "./group-stopped-tasks.ts";
import { type LogTail, logTail } from "./log-tail.ts";
import { type StoppedTasksQuery, stoppedTasks } from "./stopped-tasks.ts";

export interface Evidence {
  readonly groups: readonly (StoppedGroup & LogTail)[];
  /** Why the tasks could not be read; empty when they could. */
  readonly missing: string;
}

/** Why a deployment failed, as far as its stopped tasks and their logs tell. */
export async function failureEvidence(
  ecs: ECSClient,
  definition: TaskDefinition,
  query: StoppedTasksQuery,
): Promise<Evidence> {
  try {
    const groups = groupStoppedTasks(await stoppedTasks(ecs, query)).slice(0, 5);
    const withLogs = groups.map(async (group) => ({
      ...group,
      ...(await logTail(definition, group.example, group.container)),
    }));
    return { groups: await Promise.all(withLogs), missing: "" };
  } catch (error) {
    return { groups: [], missing: `the stopped tasks could not be read: ${failureOf(error).what}` };
  }
}
