import { synth } from "@slipway/testing";
import { ExistingNetwork, type ExistingNetworkProps } from "./existing-network.ts";
import { LoadBalancer } from "./load-balancer.ts";
import { TargetGroup } from "./target-group.ts";

const vpcId = "vpc-0a1b2c3d4e5f67890";
const publicSubnetIds = ["subnet-0000000a", "subnet-0000000b", "subnet-0000000e"];
const privateSubnetIds = ["subnet-0000000c", "subnet-0000000d"];

function network(props: Partial<ExistingNetworkProps> = {}) {
  return synth((scope) => {
    const found = new ExistingNetwork(scope, "network", {
      vpcId,
      publicSubnetIds,
      privateSubnetIds,
      region: "eu-west-1",
      ...props,
    });
    new LoadBalancer(scope, "load-balancer", { name: "shop", network: found });
    new TargetGroup(scope, "targets", { name: "shop", network: found, port: 80 });
  });
}

interface Condition {
  readonly condition: string;
  readonly error_message: string;
}

const data = (type: string): Record<string, { lifecycle?: Record<string, Condition[]> }> => network().json.data[type];

/** What is said of a data source that must not be read, or must not be so. */
const said = (type: string, name: RegExp) =>
  Object.entries(data(type))
    .filter(([key]) => name.test(key))
    .flatMap(([, { lifecycle = {} }]) => Object.values(lifecycle).flat())
    .map(({ error_message }) => error_message);

test("nothing is made or changed in it, and load balancer and targets are put into it", () => {
  const json = network();
  expect(Object.keys(json.json.resource).filter((type) => /vpc$|subnet|route|gateway|default/.test(type))).toEqual([]);
  expect(json.one("aws_lb").subnets).toEqual(
    publicSubnetIds.map((_, index) =>
      expect.stringMatching(`^\\$\\{data\\.aws_subnet\\.network_public-${index}_\\w+\\.id\\}$`),
    ),
  );
  for (const type of ["aws_security_group", "aws_lb_target_group"]) {
    expect(json.one(type).vpc_id).toMatch(/^\$\{data\.aws_vpc\.network_vpc_\w+\.id\}$/);
  }
});

test("each thing that can be wrong is one sentence, before the look-up that would fail", () => {
  expect(said("aws_subnets", /./)).toEqual([
    `vpcId (${vpcId}) must be a VPC of this account in eu-west-1; correct it.`,
  ]);
  expect(said("aws_route_tables", /public-2/)).toEqual([
    `publicSubnetIds (subnet-0000000e) must be a subnet of ${vpcId}; name one of that VPC.`,
  ]);
  expect(said("aws_subnet", /public-0/)).toEqual([
    "publicSubnetIds (subnet-0000000a) must have a route to an internet gateway; name a public subnet.",
  ]);
  expect(said("aws_subnet", /private-1/)).toEqual([
    "privateSubnetIds (subnet-0000000d) must have no route to an internet gateway, since tasks have no public address; name a private subnet, which NAT takes out.",
  ]);
  expect(said("aws_vpc", /./)).toEqual([
    `vpcId (${vpcId}) must have DNS support, without which tasks find no registry; run aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-support.`,
    "publicSubnetIds (subnet-0000000a, subnet-0000000b, subnet-0000000e) must each lie in another zone, as a load balancer demands; name one of each zone.",
    "privateSubnetIds (subnet-0000000c, subnet-0000000d) must lie in at least two zones, so that the loss of one stops no service; name one of another zone.",
    "privateSubnetIds (subnet-0000000c) must not give public addresses at launch; name a private subnet.",
    "privateSubnetIds (subnet-0000000d) must not give public addresses at launch; name a private subnet.",
  ]);
});

test("a subnet without a table of its own has the main one", () => {
  const [own] =
    Object.entries(data("aws_subnet")).find(([name]) => name.includes("private-0"))?.[1].lifecycle?.precondition ?? [];
  expect(own?.condition).toMatch(
    /^\$\{!contains\(data\.aws_route_tables\.network_tables_to-internet_\w+\.ids, element\(concat\(data\.aws_route_tables\.network_tables_private-0_\w+\.ids, data\.aws_route_tables\.network_tables_main_\w+\.ids\), 0\)\)\}$/,
  );
});

test("another VPC gives the target group another name, because it replaces it", () => {
  const name = (props: Partial<ExistingNetworkProps>) => network(props).one("aws_lb_target_group").name;
  expect(name({ vpcId: "vpc-0000000000000000f" })).not.toBe(name({}));
});

test.each<[Partial<ExistingNetworkProps>, string]>([
  [{ vpcId: "shop" }, "vpcId (shop) must be the id of a VPC; write for example vpc-0a1b2c3d4e5f67890."],
  [
    { publicSubnetIds: ["subnet-0000000a"] },
    "publicSubnetIds (subnet-0000000a) must name at least two subnets, in different zones; add one.",
  ],
  [
    { privateSubnetIds: ["subnet-0000000c", "eu-west-1b"] },
    "privateSubnetIds (eu-west-1b) must be the id of a subnet; write for example subnet-0a1b2c3d4e5f67890.",
  ],
  [
    { privateSubnetIds: ["subnet-0000000c", "subnet-0000000a"] },
    "privateSubnetIds (subnet-0000000a) must be another subnet than the public ones, since tasks get no public address; name one behind NAT, or leave network out for a network of its own.",
  ],
])("%j is refused", (props, message) => {
  expect(() => network(props)).toThrow(new Error(message));
});
