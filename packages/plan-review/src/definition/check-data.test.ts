import { checkDataSource } from "./check-data.ts";
import type { MainEnvironment } from "./main-environment.ts";

const main: Pick<MainEnvironment, "backend" | "readable"> = {
  backend: { type: "s3", bucket: "b", region: "r", keyPrefix: "staging/", settings: {} },
  readable: [],
};
const check = (type: string, value: object) => () =>
  checkDataSource(type, JSON.parse(JSON.stringify(value)), ["data"], main);

const vpc_id = "vpc-0a1b2c3d4e5f67890";
const filter = (name: string, ...values: unknown[]) => [{ name, values }];
const condition = '${contains(data.aws_subnets.s.ids, "subnet-0000000a")}';
const precondition = [
  { condition, error_message: "publicSubnetIds (subnet-0000000a) must be of that VPC; correct it." },
];

test.each<[string, object]>([
  ["aws_vpcs", { filter: filter("vpc-id", vpc_id) }],
  [
    "aws_vpc",
    { id: vpc_id, lifecycle: { postcondition: { condition: "${self.enable_dns_support}", error_message: "" } } },
  ],
  ["aws_subnets", { filter: filter("vpc-id", vpc_id), lifecycle: { precondition } }],
  ["aws_subnet", { id: "subnet-0000000a", lifecycle: { precondition, postcondition: precondition } }],
  ["aws_route_tables", { vpc_id, filter: filter("association.main", "true") }],
  ["aws_route_tables", { vpc_id, filter: filter("association.subnet-id", "subnet-0000000a") }],
  ["aws_route_tables", { vpc_id, filter: filter("route.gateway-id", "igw-*") }],
  ["aws_ecr_repository", { name: "team/shop" }],
  ["aws_route53_zone", { name: "example.com", private_zone: false }],
])("%s with literal ids is accepted: %j", (type, value) => {
  expect(check(type, value)).not.toThrow();
});

test.each<[string, string, object]>([
  ["an id from elsewhere", "aws_vpc", { id: "${aws_vpc.v.id}" }],
  ["no id", "aws_vpc", { tags: { Name: "shop" } }],
  ["tags beside the id", "aws_vpc", { id: vpc_id, tags: { Name: "shop" } }],
  ["the default VPC", "aws_vpc", { default: true }],
  ["all VPCs", "aws_vpcs", {}],
  ["a filter by tag", "aws_vpcs", { filter: filter("tag:Name", "shop") }],
  ["two filters", "aws_vpcs", { filter: [...filter("vpc-id", vpc_id), ...filter("vpc-id", vpc_id)] }],
  ["two values", "aws_vpcs", { filter: filter("vpc-id", vpc_id, vpc_id) }],
  ["no value", "aws_vpcs", { filter: filter("vpc-id") }],
  ["a wildcard", "aws_vpcs", { filter: filter("vpc-id", "vpc-*") }],
  ["a template", "aws_subnets", { filter: filter("vpc-id", "${aws_vpc.v.id}") }],
  ["a filter as a block", "aws_subnets", { filter: { name: "vpc-id", values: [vpc_id] } }],
  ["more in a filter", "aws_subnets", { filter: [{ name: "vpc-id", values: [vpc_id], x: 1 }] }],
  ["another filter of its own", "aws_subnets", { filter: filter("association.main", "true") }],
  ["a subnet by its zone", "aws_subnet", { availability_zone: "eu-west-1a" }],
  ["no VPC", "aws_route_tables", { filter: filter("association.main", "true") }],
  ["another gateway", "aws_route_tables", { vpc_id, filter: filter("route.gateway-id", "*") }],
  ["another account's registry", "aws_ecr_repository", { name: "shop", registry_id: "333333333333" }],
  ["a name from elsewhere", "aws_ecr_repository", { name: "${aws_ecr_repository.r.name}" }],
  ["a private zone", "aws_route53_zone", { name: "example.com", private_zone: true }],
  ["a zone from elsewhere", "aws_route53_zone", { name: "${aws_vpc.v.id}.example.com", private_zone: false }],
  ["for_each", "aws_subnet", { id: "subnet-0000000a", for_each: ["a"] }],
  ["depends_on", "aws_subnet", { id: "subnet-0000000a", depends_on: ["aws_vpc.v"] }],
  ["another provider", "aws_subnet", { id: "subnet-0000000a", provider: "aws.west" }],
  ["another lifecycle", "aws_subnet", { id: "subnet-0000000a", lifecycle: { prevent_destroy: true } }],
  [
    "a condition that is none",
    "aws_subnet",
    { id: "subnet-0000000a", lifecycle: { precondition: [{ condition: true, error_message: "" }] } },
  ],
  ["a condition without a text", "aws_subnet", { id: "subnet-0000000a", lifecycle: { precondition: [{ condition }] } }],
  [
    "a condition that reads a file",
    "aws_subnet",
    {
      id: "subnet-0000000a",
      lifecycle: { precondition: [{ condition: '${fileexists("/etc/passwd")}', error_message: "" }] },
    },
  ],
  [
    "a text that reads a file",
    "aws_subnet",
    { id: "subnet-0000000a", lifecycle: { precondition: [{ condition, error_message: '${file("/etc/passwd")}' }] } },
  ],
  ["a lifecycle of a state", "terraform_remote_state", { backend: "s3", config: {}, lifecycle: { precondition } }],
])("%s is refused: %s", (_, type, value) => {
  expect(check(type, value)).toThrow(/main does not know/);
});
