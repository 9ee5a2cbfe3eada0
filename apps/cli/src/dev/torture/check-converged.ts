import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "@slipway/infra";
import {
  type Docker,
  dockerClient,
  findContainers,
  findLocalAws,
  localVariables,
  processesIn,
  type SlipwayHome,
  thisHost,
} from "@slipway/local-aws";
import { openEnvironment } from "../../environment/open-environment.ts";
import { planDifferences } from "../../local/apply-stacks.ts";
import { clientSettings } from "../../local/aws-reads.ts";
import { taggedCounts } from "./tagged-counts.ts";

export interface Convergence {
  /** Summary of a converged environment. */
  readonly result: string;
  /** Descriptions of all faults. */
  readonly faults: readonly string[];
}

/** Looks for leftovers of a killed run after the next one succeeded: orphans, duplicates and plans that are not empty. */
export async function checkConverged(home: SlipwayHome, instanceIds: readonly string[]): Promise<Convergence> {
  const local = environment("local");
  const aws = await findLocalAws(home);
  if (aws === undefined) return { result: "", faults: ["the local AWS does not answer"] };
  const { account, region, name } = local;
  const folder = home.path("local");
  const variables = localVariables(home.variables, { endpoint: aws.endpoint, account, region });
  const left = processesIn(folder).map(({ pid }) => `process ${pid} still works in ${folder}`);

  const { instanceId } = aws;
  const docker = await dockerClient(thisHost());
  const { found, strays } = await strayContainers({ docker, variables, instanceId, earlier: instanceIds });
  const states = stateCounts(`${folder}/state`);
  const doubles = compareCounts(await taggedCounts(variables, name), states);

  const { engine, stacks } = await openEnvironment({ home, print: () => undefined }, local, variables, folder);
  const { plans, differences } = await planDifferences(engine, stacks);
  const resources = Object.values(states).reduce((sum, count) => sum + count, 0);
  return {
    result: `${found} containers, ${resources} resources, ${plans - new Set(differences.map((text) => text.split(":")[0])).size} of ${plans} plans empty`,
    faults: [...left, ...strays, ...doubles, ...differences],
  };
}

export interface SeenContainers {
  /** Containers of the local AWS that runs, each with the task it says it belongs to. */
  readonly containers: readonly { readonly name: string; readonly task: string }[];
  readonly runningTasks: ReadonlySet<string>;
  /** Ids of containers of earlier ones. */
  readonly earlier: readonly string[];
}

/** Describes unexpected and missing containers. */
export function compareContainers({ containers, runningTasks, earlier }: SeenContainers): readonly string[] {
  const tasks = new Set(containers.map(({ task }) => task));
  return [
    ...containers
      .filter(({ task }) => !runningTasks.has(task))
      .map(({ name }) => `container ${name} belongs to no running task`),
    ...[...runningTasks]
      .filter((task) => !tasks.has(task))
      .map((task) => `task ${task.split("/").at(-1)} runs without a container`),
    ...earlier.map((id) => `container ${id.slice(0, 12)} is of an earlier local AWS`),
  ];
}

/** How many objects of each type the Terraform states in `folder` hold. */
export function stateCounts(folder: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".tfstate")) : [];
  for (const file of files) {
    const { resources = [] } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      resources?: { mode: string; type: string; instances?: unknown[] }[];
    };
    for (const { mode, type, instances = [] } of resources) {
      if (mode === "managed") counts[type] = (counts[type] ?? 0) + instances.length;
    }
  }
  return counts;
}

export interface ContainerCheck {
  readonly docker: Docker;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The local AWS that runs. */
  readonly instanceId: string;
  /** Ids of all earlier instances of this SlipwayHome. */
  readonly earlier: readonly string[];
}

/** Describes containers without a running task and running tasks without a container. Stopping containers get time to end. */
async function strayContainers(check: ContainerCheck): Promise<{ found: number; strays: readonly string[] }> {
  for (let attempt = 1; ; attempt += 1) {
    const seen = await inspectContainers(check);
    if (seen.strays.length === 0 || attempt === 20) return seen;
    await sleep(1500);
  }
}

async function inspectContainers({ docker, variables, instanceId, earlier }: ContainerCheck) {
  const running = await runningTasks(variables);
  const { stdout } = await docker.attempt([
    ...["ps", "--all", "--no-trunc", "--filter", `label=slipway=${instanceId}`],
    ...["--format", '{{.Names}} {{.Label "com.amazonaws.ecs.task-arn"}}'],
  ]);
  const containers = stdout.split("\n").flatMap((line) => {
    const [name, task] = line.trim().split(" ");
    return name === undefined || name === "" ? [] : [{ name, task: task ?? "" }];
  });
  const old = await findContainers(
    docker,
    earlier.filter((other) => other !== instanceId),
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

type Counts = Readonly<Record<string, number>>;

/** Describes types whose number of resources differs between AWS and the Terraform states: "aws_eip: 2 in AWS, 1 in the states". */
export function compareCounts(aws: Counts, states: Counts): readonly string[] {
  return Object.entries(aws)
    .filter(([type, count]) => count !== (states[type] ?? 0))
    .map(([type, count]) => `${type}: ${count} in AWS, ${states[type] ?? 0} in the states`);
}
