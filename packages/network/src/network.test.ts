import { synth } from "@slipway/testing";
import { Network, type NetworkProps } from "./network.ts";

const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];

function network(props: Partial<NetworkProps> = {}) {
  return synth((scope) => new Network(scope, "network", { name: "shop", availabilityZones: zones, ...props }));
}

test("each zone gets a public and a private subnet, and none hands out public addresses", () => {
  const json = network();
  expect(json.all("aws_subnet")).toHaveLength(6);
  expect(json.all("aws_subnet").map((subnet) => subnet.map_public_ip_on_launch)).not.toContain(true);
  expect(json.at("aws_subnet", "network_private_subnet-b")).toMatchObject({
    cidr_block: "10.0.72.0/21",
    availability_zone: "eu-west-1b",
    tags: { Name: "shop-private-b" },
  });
});

test("a zone can be added and the order changed without touching another subnet", () => {
  const before = network({ availabilityZones: ["eu-west-1a", "eu-west-1c"] });
  const after = network({ availabilityZones: ["eu-west-1c", "eu-west-1b", "eu-west-1a"] });
  for (const [name, subnet] of before.named("aws_subnet")) {
    expect(Object.fromEntries(after.named("aws_subnet"))[name]).toEqual(subnet);
  }
  expect(after.all("aws_subnet")).toHaveLength(6);
});

test("the default security group is taken over and left without rules", () => {
  const group = network().one("aws_default_security_group");
  expect(group).toEqual({ tags: { Name: "shop-default" }, vpc_id: expect.stringMatching(/aws_vpc/) });
});

test("public subnets go out through the internet gateway", () => {
  const json = network();
  expect(json.at("aws_route", "network_public-default")).toMatchObject({
    destination_cidr_block: "0.0.0.0/0",
    gateway_id: expect.stringMatching(/aws_internet_gateway/),
  });
});

test("a single NAT gateway serves all private subnets and waits for the internet gateway", () => {
  const json = network({ natGateways: "single" });
  const gateway = json.one("aws_nat_gateway");
  expect(gateway.subnet_id).toMatch(/network_public_subnet-a/);
  expect(gateway.depends_on).toEqual([expect.stringMatching(/^aws_internet_gateway\./)]);
  const routes = json.all("aws_route").filter((route) => route.nat_gateway_id !== undefined);
  expect(routes).toHaveLength(3);
  expect(new Set(routes.map((route) => route.nat_gateway_id)).size).toBe(1);
});

test("one gateway per zone keeps each zone on its own", () => {
  const json = network({ natGateways: "one-per-az" });
  expect(json.all("aws_nat_gateway")).toHaveLength(3);
  for (const letter of ["a", "b", "c"]) {
    expect(json.at("aws_route", `network_nat_default-${letter}`).nat_gateway_id).toContain(`network_nat_${letter}_`);
  }
});

test("unless it is asked for, private subnets have no way out and no address is paid for", () => {
  const json = network();
  expect(json.json).toEqual(network({ natGateways: "none" }).json);
  expect(json.all("aws_nat_gateway")).toHaveLength(0);
  expect(json.all("aws_eip")).toHaveLength(0);
  expect(json.all("aws_route")).toHaveLength(1);
});

test("going from one gateway to one per zone replaces nothing", () => {
  const single = network({ natGateways: "single" });
  const addresses = new Set(network({ natGateways: "one-per-az" }).addresses);
  expect(single.addresses.filter((address) => !addresses.has(address))).toEqual([]);
});

test("the S3 endpoint names one service of one kind on every private table", () => {
  expect(network().one("aws_vpc_endpoint")).toMatchObject({
    service_name: "com.amazonaws.eu-west-1.s3",
    vpc_endpoint_type: "Gateway",
    route_table_ids: expect.arrayContaining([expect.stringContaining("private-routes-c")]),
  });
});

test("protection decides whether NAT addresses can be released", () => {
  expect(network({ natGateways: "single", protection: "full" }).one("aws_eip").lifecycle).toEqual({
    prevent_destroy: true,
  });
  expect(network({ natGateways: "single", protection: "none" }).one("aws_eip").lifecycle).toBeUndefined();
});

test("one zone is refused", () => {
  expect(() => network({ availabilityZones: ["eu-west-1a"] })).toThrow(
    "availabilityZones (eu-west-1a) must name at least two zones; a load balancer refuses fewer.",
  );
});

test("zones of two regions and a zone named twice are refused", () => {
  for (const second of ["eu-west-2b", "eu-west-1a"]) {
    expect(() => network({ availabilityZones: ["eu-west-1a", second] })).toThrow(
      `availabilityZones (eu-west-1a, ${second}) must be different zones of one region; list each once.`,
    );
  }
});

test("a short zone name is refused", () => {
  expect(() => network({ availabilityZones: ["a", "b"] })).toThrow(
    "availabilityZones (a) must be full names of zones such as eu-west-1a; local zones are not supported.",
  );
});

test("a name with other characters is refused", () => {
  expect(() => network({ name: "shop_1" })).toThrow(
    "name (shop_1) must be letters, digits and single hyphens between them; rename it.",
  );
});
