import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { ImageRepository } from "@slipway/container";
import { Network } from "@slipway/network";
import { App, TerraformOutput } from "cdktf";
import { createApp } from "./create-app.ts";
import type { Environment } from "./environment.ts";
import { environment } from "./environments.ts";
import { BaseStack } from "./stacks/base-stack.ts";
import { terraform } from "./testing/terraform.ts";

// The local AWS is found by AWS_ENDPOINT_URL.
jest.setTimeout(400_000);

const home = mkdtempSync(join(tmpdir(), "existing-"));
const name = `shared-${process.pid}`;
const local = environment("local");
// Without names of its own, which take longer and have no part in this.
const unnamed = { ...local, domain: undefined, api: undefined };
const { availabilityZones: _, cidrBlock: __, natGateways: ___, services, ...rest } = unnamed;
const awkward = 'a "quoted" ${word}, a %{percent} and a back\\slash';

/** What others have: a network and two repositories, of which one has tags that move. */
const others = join(home, "others", "stacks", "others");
/** An environment of ours on it. */
const stackFolder = (stack: string) => join(home, "ours", "stacks", stack);

function run(folder: string, ...args: readonly string[]) {
  return terraform(folder, [...args, "-no-color"]);
}

function succeed(folder: string, ...args: readonly string[]): string {
  const { status, output } = run(folder, ...args);
  if (status !== 0) throw new Error(output);
  return output;
}

const apply = (folder: string) => succeed(folder, "apply", "-auto-approve", "-input=false");
const isUnchanged = (folder: string) => run(folder, "plan", "-detailed-exitcode").status === 0;

function writeOthers(): void {
  mkdirSync(others, { recursive: true });
  const stack = new BaseStack(new App({ outdir: home, stackTraces: false }), "others", local);
  const availabilityZones = [`${local.region}a`, `${local.region}b`];
  const network = new Network(stack, "network", { name, availabilityZones, natGateways: "none", protection: "none" });
  new ImageRepository(stack, "images", { name, protection: "none" });
  new EcrRepository(stack, "moving", { name: `${name}-moving` });
  const { vpc, publicSubnetIds, privateSubnetIds } = network;
  new TerraformOutput(stack, "found", { value: { vpcId: vpc.id, publicSubnetIds, privateSubnetIds } });
  writeFileSync(join(others, "cdk.tf.json"), JSON.stringify(stack.toTerraform()));
}

let found: NonNullable<Environment["network"]>;

/** Synthesizes our environment on the network of the others. */
function write(network: Environment["network"], port = 8000, repository = name): void {
  const web = { ...services.web, hosts: undefined, port, environment: { AWKWARD: awkward } };
  const outdir = join(home, "ours");
  mkdirSync(outdir, { recursive: true });
  const ours = {
    ...rest,
    name: `${name}-shop`,
    network,
    imageRepository: { name: repository },
    repository: { ...rest.repository, name: repository },
    services: { web },
  };
  createApp(ours as Environment, outdir).synth();
}

function resources(stack: string, type = "") {
  const all: { type: string; mode: string; values: Record<string, unknown> }[] =
    JSON.parse(succeed(stackFolder(stack), "show", "-json")).values?.root_module.resources ?? [];
  return all.filter((each) => each.mode === "managed" && each.type.startsWith(type)).map(({ values }) => values);
}

beforeAll(() => {
  writeOthers();
  succeed(others, "init", "-input=false");
  apply(others);
  found = JSON.parse(succeed(others, "output", "-json", "found"));
  write(found);
  for (const stack of ["network", "registry", "service"]) succeed(stackFolder(stack), "init", "-input=false");
});

afterAll(() => {
  for (const folder of [stackFolder("service"), others]) run(folder, "destroy", "-auto-approve");
  rmSync(home, { recursive: true });
});

/** What Terraform says of a plan, in one line. */
const plan = (stack: string) => run(stackFolder(stack), "plan", "-input=false").output.replace(/[\s│]+/g, " ");

test("what cannot hold an environment is one sentence when it is planned", () => {
  const { vpcId, publicSubnetIds, privateSubnetIds } = found;
  write({ vpcId, publicSubnetIds: privateSubnetIds, privateSubnetIds: publicSubnetIds });
  const swapped = plan("network");
  expect(swapped).toContain(
    `publicSubnetIds (${privateSubnetIds[0]}) must have a route to an internet gateway; name a public subnet.`,
  );
  expect(swapped).toContain(
    `privateSubnetIds (${publicSubnetIds[1]}) must have no route to an internet gateway, since tasks have no public address; name a private subnet, which NAT takes out.`,
  );

  const other = "subnet-0123456789abcdef0";
  write({ ...found, privateSubnetIds: [privateSubnetIds[0] ?? "", other] });
  expect(plan("network")).toContain(`privateSubnetIds (${other}) must be a subnet of ${vpcId}; name one of that VPC.`);

  write({ ...found, vpcId: "vpc-0123456789abcdef0" });
  expect(plan("network")).toContain(
    `vpcId (vpc-0123456789abcdef0) must be a VPC of this account in ${local.region}; correct it.`,
  );

  write(found, 8000, `${name}-moving`);
  expect(plan("registry")).toContain(
    `Repository (${name}-moving) must have tags that never move; run aws ecr put-image-tag-mutability --repository-name ${name}-moving --image-tag-mutability IMMUTABLE.`,
  );
});

test("an environment is applied on it, its network and registry without resources, and a second plan is empty", () => {
  write(found);
  for (const stack of ["network", "registry", "service"]) apply(stackFolder(stack));
  for (const stack of ["network", "registry", "service"])
    expect([stack, isUnchanged(stackFolder(stack))]).toEqual([stack, true]);
  expect(resources("network")).toEqual([]);
  expect(resources("registry")).toEqual([]);
  for (const type of ["aws_lb_target_group", "aws_security_group"]) {
    expect(resources("service", type)[0]).toMatchObject({ vpc_id: found.vpcId });
  }
  const [service] = resources("service", "aws_ecs_service") as { network_configuration: { subnets: string[] }[] }[];
  expect(service?.network_configuration[0]?.subnets.toSorted()).toEqual(found.privateSubnetIds.toSorted());
  const outputs = JSON.parse(succeed(stackFolder("network"), "output", "-json"));
  expect(outputs).toMatchObject({
    vpc_id: { value: found.vpcId },
    public_subnet_ids: { value: found.publicSubnetIds },
    private_subnet_ids: { value: found.privateSubnetIds },
    nat_public_ips: { value: [] },
  });
});

test("a target group is replaced under a live listener: the new one first, then the rule, then the old one goes", () => {
  const [before] = resources("service", "aws_lb_target_group");
  write(found, 8001);
  const output = apply(stackFolder("service"));
  const at = (line: RegExp) => output.search(line);
  expect(at(/aws_lb_target_group\.\S+: Creation complete/)).toBeGreaterThan(0);
  expect(at(/aws_lb_listener_rule\.\S+: Modifications complete/)).toBeGreaterThan(
    at(/aws_lb_target_group\.\S+: Creation complete/),
  );
  expect(at(/aws_lb_target_group\.\S+.*: Destruction complete/)).toBeGreaterThan(
    at(/aws_lb_listener_rule\.\S+: Modifications complete/),
  );
  const [after] = resources("service", "aws_lb_target_group");
  expect(after).toMatchObject({ port: 8001 });
  expect(after?.name).not.toBe(before?.name);
  const [rule] = resources("service", "aws_lb_listener_rule") as { action: { target_group_arn: string }[] }[];
  expect(rule?.action[0]?.target_group_arn).toBe(after?.arn);
  expect(isUnchanged(stackFolder("service"))).toBe(true);
});

test("a value with quotes, backslashes and what looks like an expression reaches the container unchanged", () => {
  const [definition] = resources("service", "aws_ecs_task_definition");
  const [container] = JSON.parse(String(definition?.container_definitions));
  expect(container.environment).toEqual([{ name: "AWKWARD", value: awkward }]);
});

test("what is destroyed is ours; what others have stays as it was", () => {
  for (const stack of ["service", "registry", "network"]) succeed(stackFolder(stack), "destroy", "-auto-approve");
  expect(isUnchanged(others)).toBe(true);
});
