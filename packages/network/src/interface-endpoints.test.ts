import { type Attributes, type Synthesized, synth } from "@slipway/testing";
import type { Endpoints } from "./endpoint-services.ts";
import { Network, type NetworkProps } from "./network.ts";

const two = ["eu-west-1a", "eu-west-1b"];

function network(endpoints: Endpoints, props: Partial<NetworkProps> = {}) {
  return synth((scope) => new Network(scope, "network", { name: "shop", availabilityZones: two, endpoints, ...props }));
}

/** Of the interface endpoints, without the region that all names have. */
function services(json: Synthesized): readonly string[] {
  return json
    .all("aws_vpc_endpoint")
    .filter((endpoint) => endpoint.vpc_endpoint_type === "Interface")
    .map((endpoint) => endpoint.service_name.replace("com.amazonaws.eu-west-1.", ""))
    .sort();
}

test("without endpoints there is the S3 gateway alone", () => {
  expect(network("none").addresses).toEqual(
    synth((scope) => new Network(scope, "network", { name: "shop", availabilityZones: two })).addresses,
  );
  expect(network("none").all("aws_vpc_endpoint")).toHaveLength(1);
});

test("the presets are what a task and what Session Manager need", () => {
  expect(services(network("fargate"))).toEqual(["ecr.api", "ecr.dkr", "logs"]);
  expect(services(network("ssm"))).toEqual(["ssm", "ssmmessages"]);
});

test("a preset is joined by what the caller's services need, and a list is taken as it is", () => {
  const joined = network({ preset: "fargate", services: ["secretsmanager", "ssm"] });
  expect(services(joined)).toEqual(["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm"]);
  expect(services(network({ preset: "fargate", services: [] }))).toEqual(["ecr.api", "ecr.dkr", "logs"]);
  expect(services(network(["sqs"]))).toEqual(["sqs"]);
});

test("an endpoint stands in every private subnet under the service's usual name", () => {
  expect(network("fargate").at("aws_vpc_endpoint", "network_endpoints_ecr-api")).toEqual({
    vpc_id: expect.stringMatching(/aws_vpc\.network_vpc/),
    service_name: "com.amazonaws.eu-west-1.ecr.api",
    vpc_endpoint_type: "Interface",
    private_dns_enabled: true,
    subnet_ids: [expect.stringMatching(/network_private_subnet-a/), expect.stringMatching(/network_private_subnet-b/)],
    security_group_ids: [expect.stringMatching(/aws_security_group\.network_endpoints_security-group/)],
    tags: { Name: "shop-ecr.api" },
  });
});

test("one group lets the private ranges in on 443, and nothing else in or out", () => {
  const json = network("fargate");
  expect(json.one("aws_security_group").name_prefix).toBe("shop-endpoints-");
  const rules = json.all("aws_vpc_security_group_ingress_rule");
  expect(rules.map((rule) => rule.cidr_ipv4)).toEqual(["10.0.64.0/21", "10.0.72.0/21"]);
  expect(new Set(rules.map((rule) => `${rule.ip_protocol} ${rule.from_port} ${rule.to_port}`))).toEqual(
    new Set(["tcp 443 443"]),
  );
  expect(json.all("aws_vpc_security_group_egress_rule")).toEqual([]);
});

test("turning endpoints on, off or to another set changes nothing that stays", () => {
  const without = new Map(resources(network("none")));
  const fargate = new Map(resources(network("fargate")));
  const more = new Map(resources(network({ preset: "fargate", services: ["ssm"] })));
  for (const [address, json] of without) expect([address, fargate.get(address)]).toEqual([address, json]);
  for (const [address, json] of fargate) expect([address, more.get(address)]).toEqual([address, json]);
  expect(fargate.size).toBe(without.size + 3 + 1 + 2);
});

test("a zone more puts an address into each endpoint and replaces nothing", () => {
  const before = new Map(resources(network("fargate", { flowLogs: "all" })));
  const after = new Map(
    resources(network("fargate", { flowLogs: "all", availabilityZones: ["eu-west-1a", "eu-west-1c", "eu-west-1b"] })),
  );
  for (const [address, json] of before) {
    const { subnet_ids: subnets, route_table_ids: tables, ...kept } = json;
    const { subnet_ids: subnetsAfter, route_table_ids: tablesAfter, ...keptAfter } = after.get(address) ?? {};
    expect([address, keptAfter]).toEqual([address, kept]);
    for (const [ids, idsAfter] of [
      [subnets, subnetsAfter],
      [tables, tablesAfter],
    ]) {
      expect([address, idsAfter]).toEqual([address, ids && expect.arrayContaining(ids)]);
      expect(idsAfter?.length).toBe(ids && 3);
    }
  }
});

test("a service without an endpoint, S3 and a service named twice are refused", () => {
  const refuse = (endpoints: unknown) => expect(() => network(endpoints as Endpoints));
  refuse(["logs", "mail"]).toThrow(
    /^endpoints \(mail\) must be a service with an interface endpoint: .*ecr\.api, ecr\.dkr, .*; name one of these\.$/,
  );
  refuse(["s3"]).toThrow(
    "endpoints (s3) must be left out, since the network has a gateway for S3, which is free; remove it.",
  );
  refuse({ preset: "fargate", services: ["logs"] }).toThrow("endpoints (logs) must be there once; remove the other.");
  refuse([]).toThrow('endpoints (an empty list) must name a service; write "none" where there are to be none.');
  refuse("ecs").toThrow("endpoints (ecs) must be none, fargate, ssm, { preset, services } or a list; correct it.");
});

function resources(json: Synthesized): readonly (readonly [string, Attributes])[] {
  return json.addresses.map((address) => {
    const [type = "", name = ""] = address.split(".");
    return [address, json.json.resource[type][name]];
  });
}
