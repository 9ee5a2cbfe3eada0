import { environment } from "../environments.ts";
import { stacksOf } from "../testing/stacks-of.ts";

const { availabilityZones: _, cidrBlock: __, natGateways: ___, ...rest } = environment("production");
const network = {
  vpcId: "vpc-0a1b2c3d4e5f67890",
  publicSubnetIds: ["subnet-0000000a", "subnet-0000000b"],
  privateSubnetIds: ["subnet-0000000c", "subnet-0000000d"],
};
const imageRepository = { name: "team/shop" };
const here = { ...rest, network, imageRepository, repository: { ...rest.repository, name: "team/shop" } };
const existing = stacksOf(here);
const own = stacksOf(environment("production"));

/** Names of the outputs that commands and actions read. */
const outputs = (stacks: typeof own, stack: string) =>
  Object.keys(stacks[stack]?.json.output)
    .filter((name) => !name.startsWith("cross-stack-output-"))
    .sort();

test.each(["network", "registry"])("the stack %s stays, with the same outputs and without resources", (stack) => {
  expect(existing[stack]?.json.resource).toBeUndefined();
  expect(outputs(existing, stack)).toEqual(outputs(own, stack));
});

test("the network's outputs are what was found, in the order of environments.ts", () => {
  const found = (name: string) => existing.network?.output(name);
  expect(found("vpc_id")).toMatch(/^\$\{data\.aws_vpc\.\w+\.id\}$/);
  expect(found("private_subnet_ids")).toEqual([
    expect.stringMatching(/^\$\{data\.aws_subnet\.network_private-0_\w+\.id\}$/),
    expect.stringMatching(/^\$\{data\.aws_subnet\.network_private-1_\w+\.id\}$/),
  ]);
  expect(found("nat_public_ips")).toEqual([]);
});

test("load balancer and tasks are put where the network stack found room", () => {
  const subnets = (value: readonly string[]) => value.map((each) => /data-?aws_subnetnetwork_(\w+-\d)/.exec(each)?.[1]);
  expect(subnets(existing.service?.one("aws_lb").subnets)).toEqual(["public-0", "public-1"]);
  const { network_configuration: placed } = existing.service?.one("aws_ecs_service") ?? {};
  expect(placed).toMatchObject({ assign_public_ip: false });
  expect(subnets(placed.subnets)).toEqual(["private-0", "private-1"]);
});

test("another VPC gives the target group another name, because it replaces it", () => {
  const other = stacksOf({ ...here, network: { ...network, vpcId: "vpc-0000000000000000f" } });
  const name = (stacks: typeof own) => stacks.service?.one("aws_lb_target_group").name;
  expect(name(other)).not.toBe(name(existing));
});

test("images come from the repository that is there, and the jobs of its owner push to it", () => {
  expect(existing.registry?.output("repository_url")).toMatch(/^\$\{data\.aws_ecr_repository\.\w+\.repository_url\}$/);
  const arn = `arn:aws:ecr:${rest.region}:${rest.account}:repository/team/shop`;
  const pushing = JSON.parse(existing.access?.at("aws_iam_role_policy", "deploy_role_policy").policy).Statement.find(
    ({ Sid }: { Sid: string }) => Sid === "Images",
  );
  expect(pushing.Resource).toBe(arn);
});

test("a repository of another account or region is named and not looked up: this stack's provider could not", () => {
  const repository = { account: "333333333333", region: "eu-west-1", name: "shop" };
  const stacks = stacksOf({ ...here, imageRepository: repository, repository });
  expect(stacks.registry?.json.data).toBeUndefined();
  expect(
    ["repository_name", "repository_url", "repository_arn", "registry_id"].map((name) => stacks.registry?.output(name)),
  ).toEqual([
    "shop",
    "333333333333.dkr.ecr.eu-west-1.amazonaws.com/shop",
    "arn:aws:ecr:eu-west-1:333333333333:repository/shop",
    "333333333333",
  ]);
  const execution = stacks.service?.at("aws_iam_role_policy", "web_task_roles_execution-policy").policy;
  expect(execution).toContain("arn:aws:ecr:eu-west-1:333333333333:repository/shop");
});
