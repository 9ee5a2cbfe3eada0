import { checkEnvironments } from "./check-environments.ts";
import type { EnvironmentInput } from "./environment.ts";
import { environment } from "./environments.ts";
import { stacksOf } from "./testing/stacks-of.ts";

const web = {
  containerName: "django",
  port: 8000,
  cpu: 512,
  memory: 1024,
  desiredCount: 2,
  healthCheckPath: "/healthz",
};

const production: EnvironmentInput = {
  project: "shop",
  name: "shop",
  account: "222222222222",
  region: "eu-west-1",
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  cidrBlock: "10.0.0.0/16",
  registry: "production",
  stateBucket: "shop-state",
  github: { owner: "acme", name: "shop", ownerId: "1", id: "2" },
  awsProvider: "5.100.0",
  protection: "full",
  app: { folder: "apps/web" },
  services: { web },
};

const withFields = (fields: object) => () =>
  checkEnvironments({ production: { ...production, ...fields } as EnvironmentInput });

test.each<[string, unknown, object, string]>([
  ["says neither", undefined, web, "(missing) must hold ecr.api, ecr.dkr, logs, without which no task of services.web"],
  ["names too few", ["logs"], web, '(["logs"]) must hold ecr.api, ecr.dkr, without which no task of services.web'],
  [
    "has a parameter",
    "fargate",
    { ...web, secrets: { KEY: "/shop/web/KEY" } },
    "(fargate) must hold ssm, without which no task of services.web",
  ],
  [
    "has a shell",
    "fargate",
    { ...web, shell: true, readonlyRootFilesystem: false },
    "(fargate) must hold ssmmessages, without which no task of services.web",
  ],
])("an environment that %s hears at load what its tasks lack", (_, endpoints, service, said) => {
  expect(withFields({ endpoints, services: { web: service } })).toThrow(
    new Error(
      `production.endpoints ${said} starts where natGateways is none; name them, or set natGateways to single.`,
    ),
  );
});

test("services that lack the same are one error", () => {
  const { port: _, healthCheckPath: __, ...worker } = web;
  expect(withFields({ endpoints: ["ecr.api", "ecr.dkr"], services: { web, worker } })).toThrow(
    'production.endpoints (["ecr.api","ecr.dkr"]) must hold logs, without which no task of services.web, services.worker starts',
  );
});

test.each<[object]>([
  [{ endpoints: "fargate" }],
  [{ endpoints: { preset: "fargate", services: ["ssm"] }, services: { web: { ...web, secrets: { KEY: "/a" } } } }],
  [{ natGateways: "single" }],
  [{ services: {} }],
])("%j is enough", (fields) => {
  expect(withFields(fields)).not.toThrow();
});

test("what is in another region is reached by NAT alone", () => {
  const secrets = { KEY: "arn:aws:secretsmanager:us-east-1:222222222222:secret:shop/key-AbCdEf" };
  const fields = {
    endpoints: { preset: "fargate", services: ["secretsmanager"] },
    services: { web: { ...web, secrets } },
  };
  const imageRepository = { name: "shop", region: "eu-central-1" };
  const remedy = "and endpoints lead to their own region alone; set it, or move that to the environment's region.";
  expect(withFields({ ...fields, imageRepository })).toThrow(
    new Error(
      [
        `production.natGateways (missing) must be single or one-per-az, since the image repository is in eu-central-1 ${remedy}`,
        `production.natGateways (missing) must be single or one-per-az, since services.web.secrets.KEY is in us-east-1 ${remedy}`,
      ].join("\n"),
    ),
  );
  expect(withFields({ ...fields, imageRepository, natGateways: "single" })).not.toThrow();
});

test.each<[unknown, string]>([
  [["logs", "mail"], "production.endpoints.1 (mail) must be a service with an interface endpoint: "],
  [
    { preset: "fargate", services: ["logs"] },
    "production.endpoints.services.0 (logs) must be there once; remove the other.",
  ],
  [["s3"], "production.endpoints.0 (s3) must be left out, since the network has a gateway for S3, which is free"],
  [[], 'production.endpoints ([]) must name a service; write "none" where there are to be none.'],
  [
    { preset: "fargate", service: ["ssm"] },
    'production.endpoints ({"preset":"fargate","service":["ssm"]}) must be none, fargate, ssm, { preset, services } or a list; correct it.',
  ],
])("endpoints %j are refused where they are wrong", (endpoints, said) => {
  expect(withFields({ endpoints })).toThrow(said);
});

test("flow logs are those that an environment names, written by a role within its limits", () => {
  expect(withFields({ natGateways: "single", flowLogs: "accepts" })).toThrow(
    new Error("production.flowLogs (accepts) must be none, rejects or all; rejects is what groups and ACLs refuse."),
  );
  const production = environment("production");
  const json = stacksOf({ ...production, flowLogs: "rejects" });
  expect(json.network?.one("aws_flow_log")).toMatchObject({ traffic_type: "REJECT" });
  expect(json.network?.one("aws_iam_role")).toMatchObject({
    path: `/${production.name}/flow-logs/`,
    permissions_boundary: `arn:aws:iam::${production.account}:policy/${production.name}-boundary-flow-logs`,
  });
});

test("the network stack makes them, and what says single stays as it is", () => {
  const { natGateways: _, ...local } = environment("local");
  const endpoints = { preset: "fargate", services: ["ssm"] } as const;
  const json = stacksOf({ ...local, endpoints });
  expect(json.network?.all("aws_nat_gateway")).toEqual([]);
  expect(json.network?.all("aws_vpc_endpoint")).toHaveLength(5);
  expect(json.service?.one("aws_ecs_service").network_configuration).toEqual(
    stacksOf(environment("local")).service?.one("aws_ecs_service").network_configuration,
  );
});
