import { type Synthesized, synth } from "@slipway/testing";
import type { FlowLogsTraffic } from "./flow-logs.ts";
import { Network, type NetworkProps } from "./network.ts";

function network(flowLogs: FlowLogsTraffic, props: Partial<NetworkProps> = {}) {
  const availabilityZones = ["eu-west-1a", "eu-west-1b"];
  return synth((scope) => new Network(scope, "network", { name: "shop", availabilityZones, flowLogs, ...props }));
}

function addedBy(json: Synthesized): readonly string[] {
  const without = new Set(network("none").addresses);
  return json.addresses.filter((address) => !without.has(address)).map((address) => address.replace(/\..*/, ""));
}

test("the flow log of the network goes to a group of its own every ten minutes, once its role may write there", () => {
  expect(network("rejects").one("aws_flow_log")).toEqual({
    vpc_id: expect.stringMatching(/aws_vpc\.network_vpc/),
    traffic_type: "REJECT",
    log_destination_type: "cloud-watch-logs",
    log_destination: expect.stringMatching(/aws_cloudwatch_log_group\.network_flow-logs_log_\w+\.arn/),
    iam_role_arn: expect.stringMatching(/aws_iam_role\.network_flow-logs_role_\w+\.arn/),
    max_aggregation_interval: 600,
    tags: { Name: "shop" },
    depends_on: [expect.stringMatching(/^aws_iam_role_policy\./)],
  });
  expect(network("all").one("aws_flow_log").traffic_type).toBe("ALL");
  expect(network("all").one("aws_cloudwatch_log_group")).toEqual({
    name: "/vpc/shop/flow-logs",
    retention_in_days: 30,
  });
});

test("the role writes into that group alone, and only flow logs of this account and region get it", () => {
  const json = network("all");
  const { Statement: statements } = JSON.parse(json.one("aws_iam_role_policy").policy);
  expect(statements).toEqual([
    {
      Sid: "Log",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.\S+\.arn\}:\*$/),
    },
  ]);
  const trust = json.one("aws_iam_role").assume_role_policy;
  expect(trust).toContain('"Principal":{"Service":"vpc-flow-logs.amazonaws.com"}');
  expect(trust).toMatch(/"aws:SourceAccount":"\$\{element\(split\(\S+ aws_vpc\.network_vpc_\w+\.arn\), 4\)\}"/);
  expect(trust).toMatch(/"aws:SourceArn":"arn:\S+ .*:ec2:.*:vpc-flow-log\/\*"/);
});

test("the role is made where the caller says, within the caller's boundary", () => {
  const permissionsBoundary = "arn:aws:iam::111122223333:policy/shop-flow-logs";
  const role = network("all", { roles: { path: "/shop/", permissionsBoundary } }).one("aws_iam_role");
  expect(role).toMatchObject({ name: "shop-flow-logs", path: "/shop/", permissions_boundary: permissionsBoundary });
  expect(network("all").one("aws_iam_role")).not.toHaveProperty("path");
});

test("turning flow logs on or off changes nothing else, and other traffic only the flow log", () => {
  const [without, rejects, all] = (["none", "rejects", "all"] as const).map(
    (traffic) => network(traffic).json.resource,
  );
  expect(addedBy(network("rejects"))).toEqual([
    "aws_cloudwatch_log_group",
    "aws_flow_log",
    "aws_iam_role",
    "aws_iam_role_policy",
  ]);
  expect(rejects).toMatchObject(without);
  expect({ ...all, aws_flow_log: {} }).toEqual({ ...rejects, aws_flow_log: {} });
});
