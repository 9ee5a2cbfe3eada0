import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { DescribeNatGatewaysCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient, ListImagesCommand } from "@aws-sdk/client-ecr";
import { ECSClient, ListTaskDefinitionsCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsClientConfig } from "@slipway/core";
import { environment } from "@slipway/infra";
import { localVariables } from "@slipway/infra/testing/local-variables";
import {
  cliConfiguration,
  convergeStacks,
  createEngine,
  type EngineEvent,
  findTerraform,
  planChanged,
  type Stack,
  type StackResult,
} from "@slipway/terraform";
import { createImportFinder } from "@slipway/terraform/import";
import { unattendedContext } from "../command-context.ts";
import { handOver } from "../local/hand-over.ts";
import { destroyCommand } from "./destroy.ts";
import { secretCommand } from "./secret.ts";
import { synthesize } from "./synthesize.ts";

jest.setTimeout(600_000);

const root = resolve(__dirname, "../../../..");
const local = environment("local");
const variables = localVariables(local.account, local.region);
const home = mkdtempSync(join(tmpdir(), "environment-"));
const folder = join(home, "local");
const aws = awsClientConfig(variables);
const ec2 = new EC2Client(aws);
const ecs = new ECSClient(aws);
let stacks: readonly Stack[];

async function open(onEvent: (event: EngineEvent) => void = () => undefined) {
  return createEngine({
    folder,
    stacks,
    terraform: await findTerraform(variables),
    cliConfiguration: cliConfiguration({ workFolder: home, variables, awsProvider: local.awsProvider }),
    variables,
    importFinder: createImportFinder(variables),
    onEvent,
  });
}

async function converge(onEvent?: (event: EngineEvent) => void) {
  const engine = await open(onEvent);
  const request = { engine, stacks, variables, step: { print: () => undefined } };
  return convergeStacks({
    engine,
    stacks,
    targetId: "test",
    stillThere: async () => true,
    beforePlan: (stack) => handOver(stack, request),
  });
}

const statuses = (results: readonly StackResult[]) =>
  Object.fromEntries(results.map(({ stack, status }) => [stack.name, status]));

const all = (status: StackResult["status"]) => Object.fromEntries(stacks.map(({ name }) => [name, status]));

/** Applies the stacks and sends SIGKILL to Terraform some time after it began to create a resource of `type`. Returns the error. */
async function cutOff(type: string, afterMilliseconds: number): Promise<string> {
  const outcome = await converge((event) => {
    if (event.type !== "resource" || event.phase !== "start" || !event.address.startsWith(`${type}.`)) return;
    const note = join(folder, "running", `${event.stack}.apply.json`);
    setTimeout(() => {
      if (existsSync(note)) process.kill(JSON.parse(readFileSync(note, "utf8")).pid, "SIGKILL");
    }, afterMilliseconds);
  }).catch((error: Error) => error.message);
  return typeof outcome === "string" ? outcome : "nothing failed";
}

function context(input = "") {
  const printed: string[] = [];
  const stdin = Readable.from([Buffer.from(input)]);
  const print = (line: string) => void printed.push(line);
  return {
    context: unattendedContext({ root, folder: home, variables: async () => variables, print, stdin }),
    printed,
  };
}

const ours = { Filters: [{ Name: "tag:Environment", Values: [local.name] }] };

async function count() {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand(ours));
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: ours.Filters }));
  const { LoadBalancers = [] } = await new ElasticLoadBalancingV2Client(aws).send(new DescribeLoadBalancersCommand({}));
  const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: local.name }));
  return {
    vpcs: Vpcs.length,
    natGateways: NatGateways.filter(({ State }) => State === "available").length,
    loadBalancers: LoadBalancers.filter(({ LoadBalancerName }) => LoadBalancerName?.startsWith(local.name)).length,
    revisions: taskDefinitionArns.length,
  };
}

beforeAll(async () => {
  stacks = await synthesize({ root, environment: "local", outdir: join(home, "synth"), variables });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("a secret is missing, then set", async () => {
  const listed = async () => {
    const { context: own, printed } = context();
    await secretCommand(own).parseAsync(["list", "local"], { from: "user" });
    return printed.join("\n");
  };
  expect(await listed()).toMatch(/SECRET_KEY .*missing$/);
  const { context: own, printed } = context("planted-value\n");
  await secretCommand(own).parseAsync(["set", "local", "web", "SECRET_KEY"], { from: "user" });
  expect(printed.join()).toContain("is set");
  expect(await listed()).toMatch(/SECRET_KEY .*set \d{4}-/);
});

test("before anything is applied, the readers are shown as planned later", async () => {
  const results = await planChanged(await open(), stacks, { targetId: "test" });
  expect(Object.fromEntries(results.map(({ stack, kind }) => [stack.name, kind]))).toEqual({
    ...{ dns: "planned", network: "planned", registry: "planned" },
    ...{ certificates: "blocked", "http-api": "blocked", service: "blocked", "static-site": "blocked" },
  });
});

test("Terraform killed at any moment of an apply: the next run converges, and nothing is there twice", async () => {
  expect(await cutOff("aws_nat_gateway", 1500)).toMatch(
    /^apply of network was killed \(SIGKILL\); run the same command/,
  );
  expect(await cutOff("aws_lb", 8000)).toMatch(/^apply of service was killed/);
  const notices: string[] = [];
  const results = await converge((event) => {
    if (event.type === "notice") notices.push(event.text);
  });
  expect(statuses(results)).toEqual({ ...all("unchanged"), service: "applied" });
  // A load balancer enters the state after a minute; Terraform was killed before.
  expect(notices.join("\n")).toMatch(/aws_lb\.\S+ exists already \(arn:.*\): imported/);
  expect(await count()).toEqual({ vpcs: 1, natGateways: 1, loadBalancers: 1, revisions: 1 });
});

test("the second run does not plan, and a plan is empty", async () => {
  const again = await converge();
  expect(statuses(again)).toEqual(all("unchanged"));
  const engine = await open();
  const plans = await Promise.all(stacks.map((stack) => engine.plan(stack)));
  expect(plans.flatMap(({ stack, empty, changes }) => (empty ? [] : [[stack.name, changes]]))).toEqual([]);
});

test("the value of a secret set before is in no state, log or JSON of the run", () => {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  expect(paths.filter((path) => /\.(tfstate|log|json)$/.test(path)).length).toBeGreaterThan(10);
  expect(paths.filter((path) => readFileSync(path).includes("planted-value"))).toEqual([]);
});

/** The attribute that Terraform imports a type by, where it is not the id. */
const importIds: Readonly<Record<string, (values: Readonly<Record<string, unknown>>) => string>> = {
  aws_route53_record: ({ zone_id: zone, name, type }) => `${zone}_${name}_${type}`,
  aws_route: ({ route_table_id: table, destination_cidr_block: destination }) => `${table}_${destination}`,
  aws_route_table_association: ({ subnet_id: subnet, route_table_id: table }) => `${subnet}/${table}`,
  aws_ecs_cluster: ({ name }) => String(name),
  aws_ecs_service: ({ name }) => `${local.name}/${name}`,
  aws_ecs_task_definition: ({ arn }) => String(arn),
};

/** Types that need no import: AWS overwrites them, or they always exist. */
const needNoSearch = /^aws_(default_security_group|ecr_\w+_policy|iam_role_policy|iam_role_policy_attachment)$/;

test("whatever is in the states would be found again by its planned attributes", async () => {
  const { path } = await findTerraform(variables);
  const findImports = createImportFinder(variables);
  // What makes names, files and functions is found again in tests of its own.
  for (const name of ["network", "registry", "service"]) {
    const shown = execFileSync(path, ["show", "-json"], {
      cwd: join(folder, "stacks", name),
      encoding: "utf8",
      env: { ...variables, TF_CLI_CONFIG_FILE: join(home, "terraformrc") },
    });
    const found: ShownResource[] = JSON.parse(shown).values.root_module.resources;
    const targets = found.filter(({ mode, type }) => mode === "managed" && !needNoSearch.test(type));
    const wanted = targets.map(({ address, type, values }) => [address, importIds[type]?.(values) ?? values.id]);
    expect(await findImports(targets)).toEqual(Object.fromEntries(wanted));
  }
});

interface ShownResource {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

test("a destroy leaves no resource, no image, no ACTIVE revision and, asked for, no secret", async () => {
  // As a deployment does.
  const containerDefinitions = [{ name: "django_test", image: "x" }];
  await ecs.send(new RegisterTaskDefinitionCommand({ family: `${local.name}-web`, containerDefinitions }));
  const { context: own, printed } = context();
  await destroyCommand(own).parseAsync(["local", "--yes", local.name, "--with-secrets"], { from: "user" });
  expect(printed.join("\n")).toMatch(/stack network: \d+ resources\n/);
  expect(printed.join("\n")).toContain(`task definition ${local.name}-web: 2 revisions deregistered`);
  expect(await count()).toEqual({ vpcs: 0, natGateways: 0, loadBalancers: 0, revisions: 0 });
  const images = new ECRClient(aws).send(new ListImagesCommand({ repositoryName: local.name }));
  await expect(images).rejects.toThrow(expect.objectContaining({ name: "RepositoryNotFoundException" }));
  const engine = await open();
  for (const stack of stacks) expect(await engine.resources(stack)).toEqual([]);
  const { context: after, printed: listed } = context();
  await secretCommand(after).parseAsync(["list", "local"], { from: "user" });
  expect(listed.join()).toMatch(/missing$/);
});
