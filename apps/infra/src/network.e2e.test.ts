import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EgressOnlyInternetGateway } from "@cdktf/provider-aws/lib/egress-only-internet-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Network, type NetworkProps } from "@slipway/network";
import { App, Fn, TerraformOutput } from "cdktf";
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
  dualStack(stack);
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack.toTerraform()));
}

/** A network with IPv6 beside it, as somebody else's stack may have one: a subnet's range is computed from the block that the VPC gets. */
function dualStack(stack: BaseStack): void {
  const tags = { Name: "dual" };
  const vpc = new Vpc(stack, "dual", { cidrBlock: "10.9.0.0/16", assignGeneratedIpv6CidrBlock: true, tags });
  const subnet = new Subnet(stack, "dual-subnet", {
    vpcId: vpc.id,
    cidrBlock: "10.9.0.0/20",
    ipv6CidrBlock: Fn.cidrsubnet(vpc.ipv6CidrBlock, 8, 1),
    assignIpv6AddressOnCreation: true,
  });
  const table = new RouteTable(stack, "dual-routes", { vpcId: vpc.id });
  new RouteTableAssociation(stack, "dual-association", { subnetId: subnet.id, routeTableId: table.id });
  const gateway = new EgressOnlyInternetGateway(stack, "dual-gateway", { vpcId: vpc.id });
  new Route(stack, "dual-default", {
    routeTableId: table.id,
    destinationIpv6CidrBlock: "::/0",
    egressOnlyGatewayId: gateway.id,
  });
  new TerraformOutput(stack, "blocks", { value: [vpc.ipv6CidrBlock, subnet.ipv6CidrBlock] });
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

test("a VPC has an IPv6 block, a subnet a part of it, and an egress-only gateway takes it out", () => {
  const [whole = "", part = ""] = JSON.parse(succeed("output", "-json", "blocks")) as string[];
  expect(whole).toMatch(/^2001:db8:\S+\/56$/);
  // The local AWS takes none that is not of the VPC's.
  expect(part).toMatch(/^2001:db8:\S+\/64$/);
  expect(succeed("state", "show", "aws_route.dual-default")).toMatch(
    /destination_ipv6_cidr_block *= "::\/0"[\s\S]*egress_only_gateway_id *= "eigw-/,
  );
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
