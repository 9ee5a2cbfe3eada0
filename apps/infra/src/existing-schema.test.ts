import { checkEnvironments } from "./check-environments.ts";
import type { EnvironmentInput } from "./environment.ts";

const own: Pick<EnvironmentInput, "availabilityZones" | "cidrBlock" | "natGateways"> = {
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  cidrBlock: "10.0.0.0/16",
  natGateways: "single",
};
const shared = {
  project: "shop",
  region: "eu-west-1",
  github: { owner: "acme", name: "shop", ownerId: "1", id: "2" },
  awsProvider: "5.100.0",
  protection: "full",
  app: { folder: "apps/web" },
  services: {},
} as const;
const production: EnvironmentInput = {
  ...shared,
  name: "shop",
  account: "222222222222",
  registry: "production",
  stateBucket: "shop-state",
};
const staging: EnvironmentInput = {
  ...shared,
  ...own,
  name: "shop-staging",
  account: "111111111111",
  registry: "production",
  stateBucket: "shop-staging-state",
};

const network = {
  vpcId: "vpc-0a1b2c3d4e5f67890",
  publicSubnetIds: ["subnet-0000000a", "subnet-0000000b"],
  privateSubnetIds: ["subnet-0000000c", "subnet-0000000d"],
};

const withFields = (fields: object) => () =>
  checkEnvironments({ production: { ...production, ...fields } as EnvironmentInput });

test("a network that is there stands in place of zones, range and NAT", () => {
  const found = checkEnvironments({ production: { ...production, network } }).get("production");
  expect(found).toMatchObject({ network });
  expect(found).not.toHaveProperty("cidrBlock");
});

test("without either, each missing field is named with the other way", () => {
  expect(withFields({})).toThrow(
    new Error(
      [
        "production.availabilityZones (missing) must be a list of zones; name at least two, or network for one that is there.",
        "production.cidrBlock (missing) must be an IPv4 range; write for example 10.0.0.0/16, or network for one that is there.",
      ].join("\n"),
    ),
  );
});

test.each<[string, object, string]>([
  [
    "both",
    { ...own, endpoints: "fargate", flowLogs: "all", network },
    [
      'production.availabilityZones (["eu-west-1a","eu-west-1b"]) must not be there beside network, which is as it is; remove one of the two.',
      "production.cidrBlock (10.0.0.0/16) must not be there beside network, which is as it is; remove one of the two.",
      "production.natGateways (single) must not be there beside network, which is as it is; remove one of the two.",
      "production.endpoints (fargate) must not be there beside network, which is as it is; remove one of the two.",
      "production.flowLogs (all) must not be there beside network, which is as it is; remove one of the two.",
    ].join("\n"),
  ],
  [
    "another id",
    { network: { ...network, vpcId: "shop" } },
    "production.network.vpcId (shop) must be the id of a VPC; write for example vpc-0a1b2c3d4e5f67890.",
  ],
  [
    "a name of a subnet",
    { network: { ...network, publicSubnetIds: ["subnet-0000000a", "public-b"] } },
    "production.network.publicSubnetIds.1 (public-b) must be the id of a subnet; write for example subnet-0a1b2c3d4e5f67890.",
  ],
  [
    "one subnet",
    { network: { ...network, privateSubnetIds: ["subnet-0000000c"] } },
    'production.network.privateSubnetIds (["subnet-0000000c"]) must name at least two subnets, in different zones; add one.',
  ],
  [
    "a subnet twice",
    { network: { ...network, publicSubnetIds: ["subnet-0000000a", "subnet-0000000a"] } },
    "production.network.publicSubnetIds.1 (subnet-0000000a) must be named once; name another subnet.",
  ],
  [
    "public subnets alone, as in a default VPC",
    { network: { ...network, privateSubnetIds: network.publicSubnetIds } },
    "production.network.privateSubnetIds.0 (subnet-0000000a) must be another subnet than the public ones, since tasks get no public address; name one behind NAT, or leave network out for a network of its own.",
  ],
  [
    "no private subnets",
    { network: { vpcId: network.vpcId, publicSubnetIds: network.publicSubnetIds } },
    "production.network.privateSubnetIds (missing) must be a list of subnets; write for example subnet-0a1b2c3d4e5f67890, at least two.",
  ],
  [
    "an id alone",
    { network: network.vpcId },
    "production.network (vpc-0a1b2c3d4e5f67890) must be { vpcId, publicSubnetIds, privateSubnetIds }; leave it out for a network of its own.",
  ],
])("a network with %s is refused", (_, fields, message) => {
  expect(withFields(fields)).toThrow(new Error(message));
});

describe("an image repository that is there", () => {
  const repositoryOf = (imageRepository: EnvironmentInput["imageRepository"]) =>
    [...checkEnvironments({ staging, production: { ...production, ...own, imageRepository } } as never).values()].map(
      ({ repository }) => repository,
    );

  test("is in the owner's account and region, or where it says", () => {
    const here = { account: "222222222222", region: "eu-west-1", name: "team/shop" };
    expect(repositoryOf({ name: "team/shop" })).toEqual([here, here]);
    const elsewhere = { name: "shop", account: "333333333333", region: "us-east-1" };
    expect(repositoryOf(elsewhere)).toEqual([elsewhere, elsewhere]);
  });

  test.each<[object, string]>([
    [
      { name: "333333333333.dkr.ecr.eu-west-1.amazonaws.com/Shop" },
      "production.imageRepository.name (333333333333.dkr.ecr.eu-west-1.amazonaws.com/Shop) must be the name of an ECR repository, without its registry; write for example shop or team/shop.",
    ],
    [
      { name: "333333333333.dkr.ecr.eu-west-1.amazonaws.com/shop" },
      "production.imageRepository.name (333333333333.dkr.ecr.eu-west-1.amazonaws.com/shop) must be the name of an ECR repository, without its registry; write for example shop or team/shop.",
    ],
    [
      { name: "shop", account: "3" },
      "production.imageRepository.account (3) must be 12 digits; give the account's number.",
    ],
    [
      { name: "shop", region: "Ireland" },
      "production.imageRepository.region (Ireland) must be a region; write for example eu-west-1.",
    ],
    [
      { name: "shop", tags: "mutable" },
      "production.imageRepository (tags) must not be there; check the spelling or remove it.",
    ],
  ])("%j is refused", (imageRepository, message) => {
    expect(withFields({ ...own, imageRepository })).toThrow(new Error(message));
  });

  test("is said by the environment that owns the registry, and by no other", () => {
    const wrong = { ...staging, imageRepository: { name: "shop" } };
    expect(() => checkEnvironments({ production: { ...production, ...own }, staging: wrong })).toThrow(
      new Error(
        "staging.imageRepository (shop) must be said by the environment that owns the registry, production; move it there.",
      ),
    );
  });
});
