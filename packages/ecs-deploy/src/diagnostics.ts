import type { ECSClient, TaskDefinition } from "@aws-sdk/client-ecs";
import { failureOf } from "@slipway/core";
import { groupStoppedTasks, type StoppedGroup } from "./group-stopped-tasks.ts";
import { type LogTail, logTail } from "./log-tail.ts";
import { type StoppedTasksQuery, stoppedTasks } from "./stopped-tasks.ts";

export interface Evidence {
  readonly groups: readonly (StoppedGroup & LogTail)[];
  /** Why the tasks could not be read; empty when they could. */
  readonly missing: string;
}

export interface EvidenceTools {
  readonly ecs: ECSClient;
  readonly signal: AbortSignal;
}

/** Why a deployment failed, as far as its stopped tasks and their logs tell. */
export async function failureEvidence(
  { ecs, signal }: EvidenceTools,
  definition: TaskDefinition,
  query: StoppedTasksQuery,
): Promise<Evidence> {
  try {
    const groups = groupStoppedTasks(await stoppedTasks(ecs, query)).slice(0, 5);
    const withLogs = groups.map(async (group) => ({
      ...group,
      ...(await logTail(definition, { task: group.example, container: group.container }, signal)),
    }));
    return { groups: await Promise.all(withLogs), missing: "" };
  } catch (error) {
    return { groups: [], missing: `the stopped tasks could not be read: ${failureOf(error).what}` };
  }
}
