import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Network, type NetworkProps } from "@slipway/network";
import { App } from "cdktf";
import { environment } from "./environments.ts";
import { BaseStack } from "./stacks/base-stack.ts";
import { localVariables } from "./testing/local-variables.ts";
import { terraform } from "./testing/terraform.ts";

jest.setTimeout(400_000);

const home = mkdtempSync(join(tmpdir(), "network-"));
const folder = join(home, "stacks", "network");
// An account of its own, so that what is left at the end is this network's.
const local = { ...environment("local"), account: "555566667777" };
const variables = localVariables(local.account, local.region);

function run(...args: readonly string[]) {
  return terraform(folder, [...args, "-no-color"], variables);
}

function succeed(...args: readonly string[]): string {
  const { status, output } = run(...args);
  if (status !== 0) throw new Error(output);
  return output;
}

function write(zones: string, props: Partial<NetworkProps>): void {
  const stack = new BaseStack(new App({ outdir: home, stackTraces: false }), "network", local);
  const availabilityZones = [...zones].map((letter) => `${local.region}${letter}`);
  new Network(stack, "network", { name: "shop", availabilityZones, natGateways: "none", protection: "none", ...props });
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack.toTerraform()));
}

/** What a plan does to each type of resource, in Terraform's words; what stays is left out. */
function plan(): Readonly<Record<string, readonly string[]>> {
  succeed("plan", "-input=false", "-out=plan", "-parallelism=30");
  const { resource_changes: changes } = JSON.parse(succeed("show", "-json", "plan")) as {
    resource_changes: { type: string; change: { actions: string[] } }[];
  };
  const found: Record<string, string[]> = {};
  for (const { type, change } of changes) {
    const actions = change.actions.join(" ");
    if (actions !== "no-op") found[type] = [...(found[type] ?? []), actions].sort();
  }
  return found;
}

function apply(): void {
  succeed("apply", "-input=false", "-parallelism=30", "plan");
  expect(plan()).toEqual({});
}

const times = (count: number, action: string) => Array.from({ length: count }, () => action);

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  write("ab", { endpoints: "fargate", flowLogs: "rejects" });
  succeed("init", "-input=false");
});

afterAll(() => {
  run("destroy", "-auto-approve", "-parallelism=30");
  rmSync(home, { recursive: true });
});

test("a network with endpoints and flow logs is applied, and a second plan is empty", () => {
  expect(plan()).toMatchObject({ aws_vpc_endpoint: times(4, "create"), aws_flow_log: ["create"] });
  apply();
});

test("a zone more, an endpoint more and other traffic replace the flow log alone", () => {
  write("cab", { endpoints: { preset: "fargate", services: ["ssm"] }, flowLogs: "all" });
  expect(plan()).toEqual({
    aws_subnet: times(2, "create"),
    aws_route_table: ["create"],
    aws_route_table_association: times(2, "create"),
    aws_vpc_endpoint: ["create", ...times(4, "update")],
    aws_vpc_security_group_ingress_rule: ["create"],
    aws_flow_log: ["delete create"],
  });
  apply();
});

test("turned off, endpoints and flow logs go and nothing else changes", () => {
  write("cab", {});
  expect(plan()).toEqual({
    aws_vpc_endpoint: times(4, "delete"),
    aws_security_group: ["delete"],
    aws_vpc_security_group_ingress_rule: times(3, "delete"),
    aws_flow_log: ["delete"],
    aws_cloudwatch_log_group: ["delete"],
    aws_iam_role: ["delete"],
    aws_iam_role_policy: ["delete"],
  });
});

test("destroyed, it leaves nothing", () => {
  succeed("destroy", "-auto-approve", "-parallelism=30");
  expect(succeed("state", "list")).toBe("");
});
