import { setTimeout as sleep } from "node:timers/promises";
import { type Docker, findContainers } from "@slipway/local-aws";
import { clientSettings } from "../../local/aws-reads.ts";
import { compareContainers } from "./compare-containers.ts";

export interface ContainerCheck {
  readonly docker: Docker;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The local AWS that runs. */
  readonly incarnation: string;
  /** All that this home ever had. */
  readonly earlier: readonly string[];
}

/** Containers of tasks that do not run and running tasks without a container, in words; stopping ones get time to go. */
export async function strayContainers(check: ContainerCheck): Promise<{ found: number; strays: readonly string[] }> {
  for (let attempt = 1; ; attempt += 1) {
    const seen = await look(check);
    if (seen.strays.length === 0 || attempt === 20) return seen;
    await sleep(1500);
  }
}

async function look({ docker, variables, incarnation, earlier }: ContainerCheck) {
  const running = await runningTasks(variables);
  const { stdout } = await docker.attempt([
    ...["ps", "--all", "--no-trunc", "--filter", `label=slipway=${incarnation}`],
    ...["--format", '{{.Names}} {{.Label "com.amazonaws.ecs.task-arn"}}'],
  ]);
  const containers = stdout.split("\n").flatMap((line) => {
    const [name, task] = line.trim().split(" ");
    return name === undefined || name === "" ? [] : [{ name, task: task ?? "" }];
  });
  const old = await findContainers(
    docker,
    earlier.filter((other) => other !== incarnation),
  );
  const strays = compareContainers({ containers, runningTasks: running, earlier: old });
  return { found: containers.length, strays };
}

async function runningTasks(variables: ContainerCheck["variables"]): Promise<ReadonlySet<string>> {
  const sdk = await import("@aws-sdk/client-ecs");
  const ecs = new sdk.ECSClient(clientSettings(variables));
  const { clusterArns = [] } = await ecs.send(new sdk.ListClustersCommand({}));
  const found = new Set<string>();
  for (const cluster of clusterArns) {
    const { taskArns = [] } = await ecs.send(new sdk.ListTasksCommand({ cluster, desiredStatus: "RUNNING" }));
    if (taskArns.length === 0) continue;
    const { tasks = [] } = await ecs.send(new sdk.DescribeTasksCommand({ cluster, tasks: taskArns }));
    for (const { taskArn, lastStatus } of tasks)
      if (taskArn !== undefined && lastStatus === "RUNNING") found.add(taskArn);
  }
  return found;
}
