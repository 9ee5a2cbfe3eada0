import { DescribeTasksCommand, type ECSClient, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";

export interface StoppedTasksQuery {
  readonly cluster: string;
  readonly service: string;
  readonly deploymentId: string;
  readonly taskDefinition: string;
  readonly createdAt: Date;
}

/** The stopped tasks of one deployment, newest first. ECS keeps them listed for about an hour. */
export async function stoppedTasks(ecs: ECSClient, query: StoppedTasksQuery): Promise<Task[]> {
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
