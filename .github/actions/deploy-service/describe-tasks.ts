import { DescribeTasksCommand, type ECSClient, type Task } from "@aws-sdk/client-ecs";
import { ActionFailure, failureOf } from "@slipway/core";

/** The tasks as they are; one that was started a moment ago may be missing. */
export async function describeTasks(ecs: ECSClient, cluster: string, tasks: readonly string[]): Promise<Task[]> {
  try {
    return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [...tasks] }))).tasks ?? [];
  } catch (error) {
    const what = `Lost sight of the migration (${tasks.join(", ")}): ${failureOf(error).what}`;
    const next = "it goes on in AWS: look at that task, and run again, which waits for its end";
    throw new ActionFailure("migration-unwatched", what, next, { cause: error });
  }
}
