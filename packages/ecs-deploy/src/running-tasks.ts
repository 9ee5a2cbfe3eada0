import { DescribeTasksCommand, type ECSClient, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { ActionFailure, mapAwsErrors } from "@slipway/core";
import { imageReference } from "./images.ts";

export interface RunningTask {
  readonly arn: string;
  /** Digests of its containers' images. */
  readonly digests: readonly string[];
}

/** The tasks of a service that run and are to go on running: those on their way out are none of them. */
export async function runningTasks(ecs: ECSClient, cluster: string, service: string): Promise<RunningTask[]> {
  const found: RunningTask[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "RUNNING", nextToken });
    const page = await mapAwsErrors(ecs.send(command), missing(cluster, service));
    found.push(...(await describeTasks(ecs, cluster, page.taskArns ?? [])));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** ECS lists and describes up to 100 tasks at a time. */
async function describeTasks(ecs: ECSClient, cluster: string, tasks: string[]): Promise<RunningTask[]> {
  if (tasks.length === 0) return [];
  const answer = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
  return (answer.tasks ?? []).filter(({ lastStatus }) => lastStatus === "RUNNING").map(runningTask);
}

function runningTask({ taskArn = "", containers = [] }: Task): RunningTask {
  // The digest that the task definition names is what ECS pulled; of an index for many platforms, `imageDigest` may be that of one.
  const digests = containers.map(({ image = "", imageDigest = "" }) => imageReference(image)?.digest || imageDigest);
  return { arn: taskArn, digests: digests.filter((digest) => digest !== "") };
}

function missing(cluster: string, service: string) {
  const next = "check the name, account and region";
  return {
    ClusterNotFoundException: () => new ActionFailure("cluster-not-found", `Cluster (${cluster}) must exist`, next),
    ServiceNotFoundException: () =>
      new ActionFailure("service-not-found", `Service (${service}) must exist in cluster ${cluster}`, next),
  };
}
