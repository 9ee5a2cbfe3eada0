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

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Counts an environment's resources in AWS by Terraform type, for types that AWS creates twice without an error. Resources with
 * unique names cannot be duplicated.
 */
async function taggedCounts(variables: Variables, environment: string): Promise<Readonly<Record<string, number>>> {
  const settings = clientSettings(variables);
  return { ...(await network(settings, environment)), ...(await loadBalancers(settings, environment)) };
}

type Settings = ReturnType<typeof clientSettings>;

async function network(settings: Settings, environment: string): Promise<Record<string, number>> {
  const sdk = await import("@aws-sdk/client-ec2");
  const ec2 = new sdk.EC2Client(settings);
  const Filters = [{ Name: "tag:Environment", Values: [environment] }];
  const { Vpcs = [] } = await ec2.send(new sdk.DescribeVpcsCommand({ Filters }));
  const { Subnets = [] } = await ec2.send(new sdk.DescribeSubnetsCommand({ Filters }));
  const { InternetGateways = [] } = await ec2.send(new sdk.DescribeInternetGatewaysCommand({ Filters }));
  const { NatGateways = [] } = await ec2.send(new sdk.DescribeNatGatewaysCommand({ Filter: Filters }));
  const { Addresses = [] } = await ec2.send(new sdk.DescribeAddressesCommand({ Filters }));
  const { RouteTables = [] } = await ec2.send(new sdk.DescribeRouteTablesCommand({ Filters }));
  const { SecurityGroups = [] } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({ Filters }));
  const { VpcEndpoints = [] } = await ec2.send(new sdk.DescribeVpcEndpointsCommand({ Filters }));
  return {
    aws_vpc: Vpcs.length,
    aws_subnet: Subnets.length,
    aws_internet_gateway: InternetGateways.length,
    aws_nat_gateway: NatGateways.filter(({ State }) => State === "pending" || State === "available").length,
    aws_eip: Addresses.length,
    aws_route_table: RouteTables.length,
    aws_security_group: SecurityGroups.filter(({ GroupName }) => GroupName !== "default").length,
    aws_vpc_endpoint: VpcEndpoints.filter(({ State }) => !/delet/i.test(State ?? "")).length,
  };
}

async function loadBalancers(settings: Settings, environment: string): Promise<Record<string, number>> {
  const sdk = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = new sdk.ElasticLoadBalancingV2Client(settings);
  const tagged = async (arns: readonly (string | undefined)[]) => {
    const ResourceArns = arns.flatMap((arn) => arn ?? []);
    if (ResourceArns.length === 0) return 0;
    const { TagDescriptions = [] } = await client.send(new sdk.DescribeTagsCommand({ ResourceArns }));
    return TagDescriptions.filter(({ Tags = [] }) =>
      Tags.some(({ Key, Value }) => Key === "Environment" && Value === environment),
    ).length;
  };
  const { LoadBalancers = [] } = await client.send(new sdk.DescribeLoadBalancersCommand({}));
  const { TargetGroups = [] } = await client.send(new sdk.DescribeTargetGroupsCommand({}));
  const arns = LoadBalancers.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []);
  const listeners = await Promise.all(
    arns.map((LoadBalancerArn) => client.send(new sdk.DescribeListenersCommand({ LoadBalancerArn }))),
  );
  return {
    aws_lb: await tagged(arns),
    aws_lb_target_group: await tagged(TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn)),
    aws_lb_listener: await tagged(listeners.flatMap(({ Listeners = [] }) => Listeners.map((one) => one.ListenerArn))),
  };
}

type Counts = Readonly<Record<string, number>>;

/** Describes types whose number of resources differs between AWS and the Terraform states: "aws_eip: 2 in AWS, 1 in the states". */
export function compareCounts(aws: Counts, states: Counts): readonly string[] {
  return Object.entries(aws)
    .filter(([type, count]) => count !== (states[type] ?? 0))
    .map(([type, count]) => `${type}: ${count} in AWS, ${states[type] ?? 0} in the states`);
}
