import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as ec2 from "@aws-sdk/client-ec2";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as iam from "@aws-sdk/client-iam";
import * as s3 from "@aws-sdk/client-s3";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import { awsClientConfig, type Variables } from "@slipway/core";
import { environment } from "@slipway/infra";
import { localVariables, openTokenIssuer, roleCredentials } from "@slipway/local-aws";
import {
  cliConfiguration,
  convergeStacks,
  createEngine,
  findTerraform,
  planChanged,
  readStacks,
  type Stack,
} from "@slipway/terraform";
import { unattendedContext } from "../command-context.ts";
import { bootstrapCommand } from "./bootstrap.ts";
import { destroyCommand } from "./destroy.ts";
import { synthesize } from "./synthesize.ts";

// Bootstrap, an apply with its load balancer and a destroy, on a machine that may be busy.
jest.setTimeout(900_000);

const root = resolve(__dirname, "../../../..");
const staging = environment("staging");
const { name, account, region } = staging;
const endpoint = process.env.SLIPWAY_TEST_ENDPOINT ?? "";
const keysFile = process.env.SLIPWAY_ISSUER ?? "";
const owner = localVariables(process.env, { endpoint, account, region });
const home = mkdtempSync(join(tmpdir(), "roles-"));
const Bucket = staging.stateBucket ?? "";
const secret = `/${name}/web/SECRET_KEY`;
const roleArn = (role: string) => `arn:aws:iam::${account}:role/${name}-${role}`;
const boundary = `arn:aws:iam::${account}:policy/${name}-boundary`;
const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
const repository = `repo:${staging.github?.owner}/${staging.github?.name}`;
const context = unattendedContext({ root, folder: home, variables: async () => owner });
const issuer = openTokenIssuer(keysFile);
const all = awsClientConfig(owner);
let stacks: readonly Stack[];
/** A network that another environment of the account has. */
let foreign: string;

/** What somebody else has in the account: a task definition with a secret where none belongs, user data, a state. */
const otherFamily = "another-web";
const planted = { name: "API_KEY", value: "planted-in-a-task-definition" };
const otherState = "another/network.tfstate";

/** AWS clients and variables of a job that assumed one of the roles. */
async function job(role: "plan" | "apply" | "deploy") {
  const subject = `${repository}:${role === "plan" ? "ref:refs/heads/main" : "environment:staging"}`;
  const credentials = await roleCredentials({ endpoint, region, roleArn: roleArn(role), subject, issuer });
  const variables = { ...owner, ...credentials };
  const config = awsClientConfig(variables);
  return {
    variables,
    ec2: new ec2.EC2Client(config),
    ecr: new ecr.ECRClient(config),
    ecs: new ecs.ECSClient(config),
    iam: new iam.IAMClient(config),
    s3: new s3.S3Client(config),
    ssm: new ssm.SSMClient(config),
    sts: new sts.STSClient(config),
  };
}

type Job = Awaited<ReturnType<typeof job>>;
const jobs = {} as Record<"plan" | "apply" | "deploy", Job>;

async function engineOf(variables: Variables, folder: string, of = stacks) {
  return createEngine({
    folder: join(home, folder),
    stacks: of,
    terraform: await findTerraform(variables),
    cliConfiguration: cliConfiguration({ workFolder: home, variables, awsProvider: staging.awsProvider }),
    variables,
    importFinder: async () => ({}),
    onEvent: () => undefined,
  });
}

async function removeBucket(): Promise<void> {
  const client = new s3.S3Client(all);
  try {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new s3.ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
      await client.send(new s3.DeleteObjectCommand({ Bucket, Key, VersionId }));
    await client.send(new s3.DeleteBucketCommand({ Bucket }));
  } catch (error) {
    if ((error as Error).name !== "NoSuchBucket") throw error;
  }
}

beforeAll(async () => {
  await removeBucket();
  await new ssm.SSMClient(all).send(
    new ssm.PutParameterCommand({ Name: secret, Value: "planted", Type: "SecureString", Overwrite: true }),
  );
  await bootstrapCommand(context).parseAsync(["staging"], { from: "user" });
  stacks = await synthesize({ root, environment: "staging", variables: owner });
  const Tags = [{ Key: "Environment", Value: "another" }];
  const { Vpc } = await new ec2.EC2Client(all).send(
    new ec2.CreateVpcCommand({ CidrBlock: "10.99.0.0/16", TagSpecifications: [{ ResourceType: "vpc", Tags }] }),
  );
  foreign = Vpc?.VpcId ?? "";
  await plantForeign();
  for (const role of ["plan", "apply", "deploy"] as const) jobs[role] = await job(role);
});

async function plantForeign(): Promise<void> {
  await new ecs.ECSClient(all).send(
    new ecs.RegisterTaskDefinitionCommand({
      family: otherFamily,
      containerDefinitions: [{ name: "a", image: "busybox", environment: [planted] }],
    }),
  );
  const UserData = Buffer.from("export API_KEY=planted").toString("base64");
  await new ec2.EC2Client(all).send(
    new ec2.CreateLaunchTemplateCommand({ LaunchTemplateName: otherFamily, LaunchTemplateData: { UserData } }),
  );
  await new s3.S3Client(all).send(new s3.PutObjectCommand({ Bucket, Key: otherState, Body: "{}" }));
}

async function removeForeign(): Promise<void> {
  await new ec2.EC2Client(all).send(new ec2.DeleteVpcCommand({ VpcId: foreign }));
  await new ec2.EC2Client(all).send(new ec2.DeleteLaunchTemplateCommand({ LaunchTemplateName: otherFamily }));
  await new ecs.ECSClient(all).send(new ecs.DeregisterTaskDefinitionCommand({ taskDefinition: `${otherFamily}:1` }));
}

afterAll(async () => {
  await destroyCommand(context)
    .parseAsync(["staging", "--yes", name, "--with-secrets"], { from: "user" })
    .finally(removeBucket);
  await removeForeign();
  rmSync(home, { recursive: true, force: true });
});

/** The denied action as `service:Action`; undefined if the call was authorized, even when it failed later. */
async function refused(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(
    () => undefined,
    (reason: Error) => reason,
  );
  // EC2 reports a denial with its own error code.
  if (error === undefined || !/^(AccessDenied|UnauthorizedOperation)/.test(error.name)) return undefined;
  return /not authorized to perform: (\S+)/.exec(error.message)?.[1] ?? error.name;
}

const promiseKey = `promises/staging/${"0".repeat(40)}/1-1.json`;
const mainKey = `promises/staging/main/${"0".repeat(64)}.json`;

describe("who gets a role", () => {
  const ids = `repo:${staging.github?.owner}@${staging.github?.ownerId}/${staging.github?.name}@${staging.github?.id}`;
  const take = (role: string, subject: string) =>
    roleCredentials({ endpoint, region, roleArn: roleArn(role), subject, issuer });

  test.each([
    ["plan", `${repository}:ref:refs/heads/main`],
    ["plan", `${ids}:ref:refs/heads/main`],
    ["apply", `${repository}:environment:staging`],
    ["deploy", `${ids}:environment:staging`],
  ])("%s: %s", async (role, subject) => {
    const variables = { ...owner, ...(await take(role, subject)) };
    const { Account, Arn } = await new sts.STSClient(awsClientConfig(variables)).send(
      new sts.GetCallerIdentityCommand({}),
    );
    expect([Account, Arn]).toEqual([account, `arn:aws:sts::${account}:assumed-role/${name}-${role}/job`]);
  });

  test.each([
    ["a fork", "plan", "repo:somebody/this-is-project:ref:refs/heads/main"],
    ["a pull request, whose plan.yml is its own", "plan", `${repository}:pull_request`],
    ["another branch", "plan", `${repository}:ref:refs/heads/main2`],
    ["a tag", "plan", `${repository}:ref:refs/tags/main`],
    ["a job of an environment of that name", "plan", `${repository}:environment:plan`],
    ["a job that plans", "apply", `${repository}:ref:refs/heads/main`],
    ["a job that plans", "deploy", `${repository}:ref:refs/heads/main`],
    ["another branch", "deploy", `${repository}:ref:refs/heads/staging`],
    ["another environment", "deploy", `${repository}:environment:production`],
    ["a repository that took over the name", "deploy", ids.replace(/@\d+:?$/, "@9999").concat(":environment:staging")],
  ])("%s does not get the role %s", async (_, role, subject) => {
    expect(await refused(take(role, subject))).toBeDefined();
  });

  test("nor does a token that GitHub did not sign", async () => {
    const elsewhere = openTokenIssuer(join(home, "other-keys.json"));
    const taking = roleCredentials({
      endpoint,
      region,
      roleArn: roleArn("apply"),
      subject: `${repository}:environment:staging`,
      issuer: elsewhere,
    });
    await expect(taking).rejects.toThrow(/has no key/);
  });
});

describe("what the roles are for", () => {
  test("the plan role plans what was never applied and stores a promise once", async () => {
    const engine = await engineOf(jobs.plan.variables, "plan");
    const results = await planChanged(engine, stacks, { targetId: account, plan: { lock: false } });
    expect(Object.fromEntries(results.map(({ kind, stack }) => [stack.name, kind]))).toEqual({
      access: "unchanged",
      state: "unchanged",
      network: "planned",
      service: "blocked",
    });
    const put = ({ s3: client }: Job, Key: string) =>
      client.send(new s3.PutObjectCommand({ Bucket, Key, Body: "{}", IfNoneMatch: "*" }));
    await put(jobs.plan, promiseKey);
    await expect(put(jobs.plan, promiseKey)).rejects.toThrow(/condition/i);
    await put(jobs.apply, mainKey);
    for (const Key of [promiseKey, mainKey]) {
      const { Body: read } = await jobs.apply.s3.send(new s3.GetObjectCommand({ Bucket, Key }));
      expect(await read?.transformToString()).toBe("{}");
    }
  });

  test("the apply role applies network and service, and its states are kept", async () => {
    const engine = await engineOf(jobs.apply.variables, "apply");
    const work = stacks.filter(({ name: stack }) => stack !== "state" && stack !== "access");
    const results = await convergeStacks({ engine, stacks: work, targetId: account, stillThere: async () => true });
    expect(results.map(({ stack }) => stack.name).sort()).toEqual(["network", "service"]);
  });

  test("the plan role can compare all stacks with what is there, the roles themselves too, and finds no difference", async () => {
    const engine = await engineOf(jobs.plan.variables, "plan");
    const results = await planChanged(engine, stacks, { targetId: account, all: true, plan: { lock: false } });
    const found = results.map((result) => [
      result.stack.name,
      result.kind === "planned" ? result.plan.empty : result.kind === "failed" ? result.error.message : result.kind,
    ]);
    expect(Object.fromEntries(found)).toEqual({ access: true, state: true, network: true, service: true });
  });

  test("the plan role may read what a plan and a drift report of every stack read, by name and no more", async () => {
    const more = registryStack();
    const planning = await engineOf(jobs.plan.variables, "plan-registry", more);
    const making = await engineOf(owner, "registry", more);
    try {
      for (const stack of more) {
        await making.apply(await making.plan(stack));
        const { empty } = await planning.plan(stack, { lock: false });
        expect(empty).toBe(true);
      }
    } finally {
      for (const stack of more) await making.destroy(stack);
    }
    // What only looks up has outputs to take out of its state.
    for (const stack of more) expect(await making.outputs(stack)).toBeUndefined();
    const engine = await engineOf(jobs.plan.variables, "plan");
    for (const stack of stacks) await engine.plan(stack, { refreshOnly: true, lock: false });
    // What the state bucket's objects need, and what needs no right.
    const others = ["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "sts:GetCallerIdentity"];
    const asked = (await evaluated(jobs.plan)).filter((action) => !others.includes(action));
    // Only versions of the provider that are newer than the environment's ask it.
    expect([...asked, "s3:ListTagsForResource"].sort()).toEqual(await allowedReads());
  });
});

/** What staging has none of: an image repository of its own, a provider of tokens that another environment made, and a repository that is there. */
function registryStack(): readonly Stack[] {
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
  const local = readFileSync(join(root, "apps/infra/golden/local/registry.tf.json"), "utf8");
  const registry = JSON.parse(local.replaceAll(environment("local").name, name));
  const network = read(join(stacks.find((stack) => stack.name === "network")?.folder ?? "", "cdk.tf.json"));
  const { terraform, provider: aws } = network;
  const backend = { s3: { ...terraform.backend.s3, key: "staging/registry.tfstate" } };
  const data = { aws_iam_openid_connect_provider: { github: { url: "https://token.actions.githubusercontent.com" } } };
  const folder = join(home, "registry-out", "stacks", "registry");
  mkdirSync(folder, { recursive: true });
  const json = { ...registry, terraform: { ...terraform, backend }, provider: aws, data };
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
  const used = join(home, "registry-out", "stacks", "used");
  mkdirSync(used);
  const lookUp = {
    terraform: { ...terraform, backend: { s3: { ...terraform.backend.s3, key: "staging/used.tfstate" } } },
    provider: aws,
    data: { aws_ecr_repository: { images: { name } } },
    output: { url: { value: "${data.aws_ecr_repository.images.repository_url}" } },
  };
  writeFileSync(join(used, "cdk.tf.json"), JSON.stringify(lookUp));
  return readStacks(join(home, "registry-out"));
}

/** The actions that the local AWS evaluated for a job's session. */
async function evaluated({ variables }: Job): Promise<readonly string[]> {
  const answer = await fetch(`${endpoint}/_slipway/evaluated/${variables.AWS_ACCESS_KEY_ID}`);
  return (await answer.json()) as string[];
}

async function allowedReads(): Promise<readonly string[]> {
  const { PolicyDocument = "" } = await new iam.IAMClient(all).send(
    new iam.GetRolePolicyCommand({ RoleName: `${name}-plan`, PolicyName: "rights" }),
  );
  const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument));
  return Statement.find(({ Sid }: { Sid: string }) => Sid === "Read").Action;
}

describe("the bundles of a rollback", () => {
  const Key = `bundles/7-${"0".repeat(64)}.tgz`;
  const list = (job: Job, Prefix: string) => job.s3.send(new s3.ListObjectsV2Command({ Bucket, Prefix }));

  test("the apply role adds them once, the deploy role lists and reads them", async () => {
    const put = () => jobs.apply.s3.send(new s3.PutObjectCommand({ Bucket, Key, Body: "x", IfNoneMatch: "*" }));
    await put();
    await expect(put()).rejects.toThrow(/condition/i);
    expect((await list(jobs.deploy, "bundles/")).Contents?.map((each) => each.Key)).toEqual([Key]);
    const { Body } = await jobs.deploy.s3.send(new s3.GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe("x");
  });

  test.each<[string, string, () => Promise<unknown>]>([
    [
      "the apply role replace one",
      "s3:PutObject",
      () => jobs.apply.s3.send(new s3.PutObjectCommand({ Bucket, Key, Body: "y" })),
    ],
    [
      "the apply role delete one",
      "s3:DeleteObject",
      () => jobs.apply.s3.send(new s3.DeleteObjectCommand({ Bucket, Key })),
    ],
    [
      "the deploy role add one",
      "s3:PutObject",
      () => jobs.deploy.s3.send(new s3.PutObjectCommand({ Bucket, Key: `${Key}2`, Body: "y", IfNoneMatch: "*" })),
    ],
    ["the deploy role list anything else", "s3:ListBucket", () => list(jobs.deploy, "staging/")],
    [
      "the deploy role read a state",
      "s3:GetObject",
      () => jobs.deploy.s3.send(new s3.GetObjectCommand({ Bucket, Key: "staging/network.tfstate" })),
    ],
    ["the plan role read one", "s3:GetObject", () => jobs.plan.s3.send(new s3.GetObjectCommand({ Bucket, Key }))],
    [
      "the plan role add one",
      "s3:PutObject",
      () => jobs.plan.s3.send(new s3.PutObjectCommand({ Bucket, Key: `${Key}2`, Body: "y", IfNoneMatch: "*" })),
    ],
  ])("nor can %s", async (_, action, call) => {
    expect(await refused(call())).toBe(action);
  });
});

describe("the deploy role", () => {
  const service = `${name}-web`;
  const taskRole = (kind: string) => `arn:aws:iam::${account}:role/${name}/${service}-${kind}`;
  const container = { name: "django_test", image: "busybox" };

  /** An update with the service's own network, but for one thing. */
  async function moved(client: ecs.ECSClient, change: Partial<ecs.AwsVpcConfiguration>) {
    const { services = [] } = await client.send(
      new ecs.DescribeServicesCommand({ cluster: name, services: [service] }),
    );
    const own = services[0]?.networkConfiguration?.awsvpcConfiguration;
    const awsvpcConfiguration = { subnets: own?.subnets, ...own, ...change };
    return new ecs.UpdateServiceCommand({ cluster: name, service, networkConfiguration: { awsvpcConfiguration } });
  }

  test("makes every call that a deployment makes", async () => {
    const { ecs: client } = jobs.deploy;
    const described = await client.send(new ecs.DescribeServicesCommand({ cluster: name, services: [service] }));
    const { taskDefinition: family = "", serviceArn = "" } = described.services?.[0] ?? {};
    const { taskDefinition } = await client.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition: family }));
    const registered = await client.send(
      new ecs.RegisterTaskDefinitionCommand({
        family: service,
        containerDefinitions: taskDefinition?.containerDefinitions,
        cpu: taskDefinition?.cpu,
        memory: taskDefinition?.memory,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        taskRoleArn: taskRole("task"),
        executionRoleArn: taskRole("execution"),
      }),
    );
    const revision = registered.taskDefinition?.taskDefinitionArn ?? "";
    const tags = [{ key: "slipway:test", value: "x" }];
    for (const resourceArn of [serviceArn, revision])
      await client.send(new ecs.TagResourceCommand({ resourceArn, tags }));
    // Without a task, so that nothing has to be pulled.
    await client.send(
      new ecs.UpdateServiceCommand({ cluster: name, service, taskDefinition: revision, desiredCount: 0 }),
    );
    await client.send(new ecs.ListTaskDefinitionsCommand({ familyPrefix: service }));
    await client.send(new ecs.ListTasksCommand({ cluster: name, serviceName: service }));
    const { serviceDeployments = [] } = await client.send(
      new ecs.ListServiceDeploymentsCommand({ cluster: name, service }),
    );
    const serviceDeploymentArns = serviceDeployments.flatMap(({ serviceDeploymentArn: arn }) => arn ?? []);
    await client.send(new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  });

  test("can read the images that it deploys, which another account owns, and push none", async () => {
    const { account: registryId, name: repositoryName } = staging.repository;
    const looked = jobs.deploy.ecr.send(
      new ecr.BatchGetImageCommand({ registryId, repositoryName, imageIds: [{ imageTag: "x" }] }),
    );
    expect(await refused(looked)).toBeUndefined();
    expect(await refused(jobs.deploy.ecr.send(new ecr.GetAuthorizationTokenCommand({})))).toBe(
      "ecr:GetAuthorizationToken",
    );
  });

  test.each<[string, string, (job: Job) => Promise<unknown>]>([
    [
      "give a task a role of somebody else",
      "iam:PassRole",
      ({ ecs: client }) =>
        client.send(
          new ecs.RegisterTaskDefinitionCommand({
            family: service,
            containerDefinitions: [container],
            taskRoleArn: roleArn("apply"),
          }),
        ),
    ],
    [
      "register another family",
      "ecs:RegisterTaskDefinition",
      ({ ecs: client }) =>
        client.send(new ecs.RegisterTaskDefinitionCommand({ family: "other", containerDefinitions: [container] })),
    ],
    [
      "update a service of another environment",
      "ecs:UpdateService",
      ({ ecs: client }) =>
        client.send(
          new ecs.UpdateServiceCommand({ cluster: "this-is-project", service: "this-is-project-web", desiredCount: 0 }),
        ),
    ],
    [
      "bring its service to another family",
      "ecs:UpdateService",
      ({ ecs: client }) =>
        client.send(new ecs.UpdateServiceCommand({ cluster: name, service, taskDefinition: `${otherFamily}:1` })),
    ],
    [
      "bring its service to another family by its ARN",
      "ecs:UpdateService",
      ({ ecs: client }) =>
        client.send(
          new ecs.UpdateServiceCommand({
            cluster: name,
            service,
            taskDefinition: `arn:aws:ecs:${region}:${account}:task-definition/${otherFamily}:1`,
          }),
        ),
    ],
    [
      "let its service open shells",
      "ecs:UpdateService",
      ({ ecs: client }) =>
        client.send(new ecs.UpdateServiceCommand({ cluster: name, service, enableExecuteCommand: true })),
    ],
    [
      "give its tasks public addresses",
      "ecs:UpdateService",
      async ({ ecs: client }) => client.send(await moved(client, { assignPublicIp: "ENABLED" })),
    ],
    [
      "give its tasks another security group",
      "ecs:UpdateService",
      async ({ ecs: client }) => client.send(await moved(client, { securityGroups: ["sg-0123456789abcdef0"] })),
    ],
    [
      "bring its service into another network",
      "ecs:UpdateService",
      async ({ ecs: client }) => client.send(await moved(client, { subnets: ["subnet-0123456789abcdef0"] })),
    ],
    [
      "start another family beside its service's tasks",
      "ecs:CreateTaskSet",
      ({ ecs: client }) =>
        client.send(new ecs.CreateTaskSetCommand({ cluster: name, service, taskDefinition: `${otherFamily}:1` })),
    ],
    [
      "make a service of its own",
      "ecs:CreateService",
      ({ ecs: client }) =>
        client.send(new ecs.CreateServiceCommand({ cluster: name, serviceName: "other", taskDefinition: service })),
    ],
    [
      "run a task of its own family, of which none migrates",
      "ecs:RunTask",
      ({ ecs: client }) => client.send(new ecs.RunTaskCommand({ cluster: name, taskDefinition: service })),
    ],
    [
      "push to another repository",
      "ecr:PutImage",
      ({ ecr: client }) =>
        client.send(new ecr.PutImageCommand({ repositoryName: "other", imageManifest: "{}", imageTag: "x" })),
    ],
    [
      "run a task of something else",
      "ecs:RunTask",
      ({ ecs: client }) => client.send(new ecs.RunTaskCommand({ cluster: name, taskDefinition: "other" })),
    ],
    [
      "take the apply role",
      "sts:AssumeRole",
      ({ sts: client }) =>
        client.send(new sts.AssumeRoleCommand({ RoleArn: roleArn("apply"), RoleSessionName: "more" })),
    ],
    [
      "read a secret",
      "ssm:GetParameter",
      ({ ssm: client }) => client.send(new ssm.GetParameterCommand({ Name: secret, WithDecryption: true })),
    ],
  ])("cannot %s", async (_, action, call) => {
    expect(await refused(call(jobs.deploy))).toBe(action);
  });
});

describe("the plan role", () => {
  test("reads the task definitions of others, for which IAM knows no resource", async () => {
    const taskDefinition = `${otherFamily}:1`;
    const found = await jobs.plan.ecs.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition }));
    expect(found.taskDefinition?.containerDefinitions?.[0]?.environment).toEqual([planted]);
  });

  test.each<[string, string, (job: Job) => Promise<unknown>]>([
    [
      "create an access key",
      "iam:CreateAccessKey",
      ({ iam: client }) => client.send(new iam.CreateAccessKeyCommand({ UserName: "somebody" })),
    ],
    [
      "read a stored promise",
      "s3:GetObject",
      ({ s3: client }) => client.send(new s3.GetObjectCommand({ Bucket, Key: promiseKey })),
    ],
    [
      "replace a stored promise",
      "s3:PutObject",
      ({ s3: client }) => client.send(new s3.PutObjectCommand({ Bucket, Key: promiseKey, Body: "x" })),
    ],
    [
      "promise what only an apply does: a plan of main",
      "s3:PutObject",
      ({ s3: client }) =>
        client.send(new s3.PutObjectCommand({ Bucket, Key: `${mainKey}.json`, Body: "x", IfNoneMatch: "*" })),
    ],
    [
      "read the state of another environment in the same bucket",
      "s3:GetObject",
      ({ s3: client }) => client.send(new s3.GetObjectCommand({ Bucket, Key: otherState })),
    ],
    [
      "read the user data of instances to come",
      "ec2:DescribeLaunchTemplateVersions",
      ({ ec2: client }) =>
        client.send(new ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: otherFamily })),
    ],
    [
      "read the user data of an instance",
      "ec2:DescribeInstanceAttribute",
      ({ ec2: client }) =>
        client.send(
          new ec2.DescribeInstanceAttributeCommand({ InstanceId: "i-0123456789abcdef0", Attribute: "userData" }),
        ),
    ],
    [
      "read the key of a VPN",
      "ec2:DescribeVpnConnections",
      ({ ec2: client }) => client.send(new ec2.DescribeVpnConnectionsCommand({})),
    ],
    [
      "read what was given to a task that runs",
      "ecs:DescribeTasks",
      ({ ecs: client }) => client.send(new ecs.DescribeTasksCommand({ cluster: name, tasks: ["a"] })),
    ],
    [
      "list who has task definitions",
      "ecs:ListTaskDefinitions",
      ({ ecs: client }) => client.send(new ecs.ListTaskDefinitionsCommand({})),
    ],
    [
      "write a state",
      "s3:PutObject",
      ({ s3: client }) =>
        client.send(new s3.PutObjectCommand({ Bucket, Key: "staging/network.tfstate", Body: "{}", IfNoneMatch: "*" })),
    ],
    [
      "take a lock",
      "s3:PutObject",
      ({ s3: client }) =>
        client.send(
          new s3.PutObjectCommand({ Bucket, Key: "staging/network.tfstate.tflock", Body: "{}", IfNoneMatch: "*" }),
        ),
    ],
    [
      "read a secret",
      "ssm:GetParameters",
      ({ ssm: client }) => client.send(new ssm.GetParametersCommand({ Names: [secret], WithDecryption: true })),
    ],
    [
      "change a service",
      "ecs:UpdateService",
      ({ ecs: client }) =>
        client.send(new ecs.UpdateServiceCommand({ cluster: name, service: `${name}-web`, desiredCount: 0 })),
    ],
  ])("cannot %s", async (_, action, call) => {
    expect(await refused(call(jobs.plan))).toBe(action);
  });
});

describe("the apply role", () => {
  const everything = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
  });
  const Path = `/${name}/`;

  test.each<[string, string, (client: iam.IAMClient) => Promise<unknown>]>([
    [
      "give itself more",
      "iam:AttachRolePolicy",
      (client) =>
        client.send(
          new iam.AttachRolePolicyCommand({
            RoleName: `${name}-apply`,
            PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
          }),
        ),
    ],
    [
      "write itself a policy",
      "iam:PutRolePolicy",
      (client) =>
        client.send(
          new iam.PutRolePolicyCommand({ RoleName: `${name}-apply`, PolicyName: "more", PolicyDocument: everything }),
        ),
    ],
    [
      "make a role without boundary",
      "iam:CreateRole",
      (client) => client.send(new iam.CreateRoleCommand({ RoleName: "free", Path, AssumeRolePolicyDocument })),
    ],
    [
      "make a role with another boundary",
      "iam:CreateRole",
      (client) =>
        client.send(
          new iam.CreateRoleCommand({
            RoleName: "free",
            Path,
            AssumeRolePolicyDocument,
            PermissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess",
          }),
        ),
    ],
    [
      "make a role outside the path",
      "iam:CreateRole",
      (client) =>
        client.send(
          new iam.CreateRoleCommand({ RoleName: "free", AssumeRolePolicyDocument, PermissionsBoundary: boundary }),
        ),
    ],
    [
      "take the boundary off a role",
      "iam:DeleteRolePermissionsBoundary",
      (client) => client.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName: `${name}-web-task` })),
    ],
    [
      "widen the boundary",
      "iam:CreatePolicyVersion",
      (client) =>
        client.send(
          new iam.CreatePolicyVersionCommand({ PolicyArn: boundary, PolicyDocument: everything, SetAsDefault: true }),
        ),
    ],
    [
      "delete the boundary",
      "iam:DeletePolicy",
      (client) => client.send(new iam.DeletePolicyCommand({ PolicyArn: boundary })),
    ],
    [
      "let the provider take other audiences",
      "iam:AddClientIDToOpenIDConnectProvider",
      (client) =>
        client.send(
          new iam.AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider, ClientID: "x" }),
        ),
    ],
    [
      "delete the provider",
      "iam:DeleteOpenIDConnectProvider",
      (client) => client.send(new iam.DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider })),
    ],
    [
      "change who gets its own role",
      "iam:UpdateAssumeRolePolicy",
      (client) =>
        client.send(
          new iam.UpdateAssumeRolePolicyCommand({
            RoleName: `${name}-apply`,
            PolicyDocument: AssumeRolePolicyDocument,
          }),
        ),
    ],
    [
      "change who gets the plan role",
      "iam:UpdateAssumeRolePolicy",
      (client) =>
        client.send(
          new iam.UpdateAssumeRolePolicyCommand({ RoleName: `${name}-plan`, PolicyDocument: AssumeRolePolicyDocument }),
        ),
    ],
    ["create a user", "iam:CreateUser", (client) => client.send(new iam.CreateUserCommand({ UserName: "somebody" }))],
  ])("cannot %s", async (_, action, call) => {
    expect(await refused(call(jobs.apply.iam))).toBe(action);
  });

  test.each<[string, string, (job: Job) => Promise<unknown>]>([
    [
      "change the policy of the state bucket",
      "s3:PutBucketPolicy",
      ({ s3: client }) => client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: everything })),
    ],
    [
      "delete the state bucket",
      "s3:DeleteBucket",
      ({ s3: client }) => client.send(new s3.DeleteBucketCommand({ Bucket })),
    ],
    [
      "write the state of what makes the roles",
      "s3:PutObject",
      ({ s3: client }) => client.send(new s3.PutObjectCommand({ Bucket, Key: "staging/access.tfstate", Body: "{}" })),
    ],
    [
      "give a task the deploy role",
      "iam:PassRole",
      ({ ecs: client }) =>
        client.send(
          new ecs.RegisterTaskDefinitionCommand({
            family: `${name}-web`,
            containerDefinitions: [{ name: "a", image: "a" }],
            executionRoleArn: roleArn("deploy"),
          }),
        ),
    ],
    [
      "run a task",
      "ecs:RunTask",
      ({ ecs: client }) => client.send(new ecs.RunTaskCommand({ cluster: name, taskDefinition: `${name}-web` })),
    ],
    [
      "open a shell in a task",
      "ecs:ExecuteCommand",
      ({ ecs: client }) =>
        client.send(new ecs.ExecuteCommandCommand({ cluster: name, task: "x", command: "env", interactive: true })),
    ],
    [
      "give another environment's network another name",
      "ec2:CreateTags",
      ({ ec2: client }) =>
        client.send(new ec2.CreateTagsCommand({ Resources: [foreign], Tags: [{ Key: "Environment", Value: name }] })),
    ],
    [
      "delete a network of another environment",
      "ec2:DeleteVpc",
      ({ ec2: client }) => client.send(new ec2.DeleteVpcCommand({ VpcId: foreign })),
    ],
    [
      "read a secret",
      "ssm:GetParametersByPath",
      ({ ssm: client }) =>
        client.send(new ssm.GetParametersByPathCommand({ Path: `/${name}`, Recursive: true, WithDecryption: true })),
    ],
  ])("cannot %s", async (_, action, call) => {
    expect(await refused(call(jobs.apply))).toBe(action);
  });

  describe("a role that it makes, with every right written into it", () => {
    const RoleName = "probe";
    const RoleArn = `arn:aws:iam::${account}:role${Path}${RoleName}`;
    const jobRoles = ["plan", "apply", "deploy"] as const;
    const trust = [
      { Effect: "Allow", Principal: { AWS: ["*", ...jobRoles.map(roleArn)] }, Action: "sts:AssumeRole" },
      { Effect: "Allow", Principal: { Federated: provider }, Action: "sts:AssumeRoleWithWebIdentity" },
    ];
    const readSecret = (config: ReturnType<typeof awsClientConfig>) =>
      refused(new ssm.SSMClient(config).send(new ssm.GetParametersCommand({ Names: [secret], WithDecryption: true })));

    beforeAll(async () => {
      await jobs.apply.iam.send(
        new iam.CreateRoleCommand({
          RoleName,
          Path,
          AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
          PermissionsBoundary: boundary,
        }),
      );
      await jobs.apply.iam.send(
        new iam.PutRolePolicyCommand({ RoleName, PolicyName: "everything", PolicyDocument: everything }),
      );
    });

    afterAll(async () => {
      await jobs.apply.iam.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: "everything" }));
      await jobs.apply.iam.send(new iam.DeleteRoleCommand({ RoleName }));
    });

    test("cannot do more than the boundary, which allows the environment's secrets", async () => {
      const { Credentials: given } = await new sts.STSClient(all).send(
        new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: "probe" }),
      );
      const config = {
        ...all,
        credentials: {
          accessKeyId: given?.AccessKeyId ?? "",
          secretAccessKey: given?.SecretAccessKey ?? "",
          sessionToken: given?.SessionToken ?? "",
        },
      };
      expect(await refused(new iam.IAMClient(config).send(new iam.CreateUserCommand({ UserName: "x" })))).toBe(
        "iam:CreateUser",
      );
      expect(await refused(new s3.S3Client(config).send(new s3.ListObjectsV2Command({ Bucket })))).toBeDefined();
      expect(await readSecret(config)).toBeUndefined();
    });

    test.each(jobRoles)("is refused to the %s role, which it trusts", async (role) => {
      const taking = jobs[role].sts.send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: "more" }));
      await expect(taking).rejects.toThrow(/not authorized to perform: sts:AssumeRole .*explicit deny/);
    });

    test("can do nothing for a job that takes it with its own token", async () => {
      const subject = `${repository}:environment:staging`;
      const taken = await roleCredentials({ endpoint, region, roleArn: RoleArn, subject, issuer });
      const config = awsClientConfig({ ...owner, ...taken });
      expect(await readSecret(config)).toBe("ssm:GetParameters");
      const chained = new sts.STSClient(config).send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: "more" }));
      expect(await refused(chained)).toBe("sts:AssumeRole");
    });
  });
});
