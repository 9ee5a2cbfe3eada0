import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import { awsClientConfig, type Variables } from "@slipway/core";
import { stackZones, waitsForDns } from "@slipway/domains";
import type { Environment } from "@slipway/infra";
import { createApp } from "@slipway/infra/create-app";
import { withDomain } from "@slipway/infra/testing/with-domain";
import { localVariables, openTokenIssuer, readEdge, roleCredentials } from "@slipway/local-aws";
import {
  cliConfiguration,
  convergeStacks,
  createEngine,
  type Engine,
  findTerraform,
  readStacks,
  type Stack,
  waves,
} from "@slipway/terraform";
import { createImportFinder } from "@slipway/terraform/import";
import { enter } from "../local/hand-over.ts";

jest.setTimeout(900_000);

const domain = "part-roles-e2e.net";
const { web, worker } = withDomain.services;
if (web === undefined || worker === undefined) throw new Error("the fixture must have a web service and a worker.");
/** Everything that only some environments have, in an account of its own. */
const own = {
  ...withDomain,
  account: "333344445555",
  protection: "none",
  natGateways: "none",
  endpoints: "fargate",
  flowLogs: "all",
  stateBucket: "shop-state-333344445555",
  repository: { ...withDomain.repository, account: "333344445555" },
  services: { web: { ...web, hosts: [domain, `www.${domain}`] }, worker },
  domain: { zones: { [domain]: { source: "create" } }, static: `static.${domain}`, api: `api.${domain}` },
} as Environment;
const { name, account, region, stateBucket: Bucket = "" } = own;
const endpoint = process.env.SLIPWAY_TEST_ENDPOINT ?? "";
const owner = localVariables(process.env, { endpoint, account, region });
const issuer = openTokenIssuer(process.env.SLIPWAY_ISSUER ?? "");
const home = mkdtempSync(join(tmpdir(), "part-roles-"));
const all = awsClientConfig(owner);
const roleArn = (role: string) => `arn:aws:iam::${account}:role/${name}-${role}`;
let stacks: readonly Stack[];
const made = () => stacks.filter((stack) => stack.name !== "state" && stack.name !== "access");

type Role = "plan" | "apply" | "deploy";
const jobs = {} as Record<Role, Variables>;

async function job(role: Role): Promise<Variables> {
  const subject = `repo:acme/shop:${role === "plan" ? "ref:refs/heads/main" : "environment:with-domain"}`;
  return { ...owner, ...(await roleCredentials({ endpoint, region, roleArn: roleArn(role), subject, issuer })) };
}

async function engineOf(variables: Variables, folder: string): Promise<Engine> {
  return createEngine({
    folder: join(home, folder),
    stacks,
    terraform: await findTerraform(variables),
    cliConfiguration: cliConfiguration({ workFolder: home, variables, awsProvider: own.awsProvider }),
    variables: { ...variables, TF_CLI_ARGS_apply: "-parallelism=30", TF_CLI_ARGS_plan: "-parallelism=30" },
    importFinder: async () => ({}),
  });
}

beforeAll(async () => {
  await new s3.S3Client(all).send(
    new s3.CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  mkdirSync(join(home, "out"));
  createApp(own, join(home, "out")).synth();
  stacks = readStacks(join(home, "out"));
  const engine = await engineOf(owner, "owner");
  const access = stacks.find((stack) => stack.name === "access") as Stack;
  await engine.apply(await engine.plan(access));
  for (const role of ["plan", "apply", "deploy"] as const) jobs[role] = await job(role);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The actions that the local AWS evaluated for a job's session. */
async function evaluated({ AWS_ACCESS_KEY_ID: key }: Variables): Promise<readonly string[]> {
  const answer = await fetch(`${endpoint}/_slipway/evaluated/${key}`);
  return (await answer.json()) as string[];
}

interface Rights {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
}

const statementsOf = (text: string) => JSON.parse(decodeURIComponent(text)).Statement as Rights[];

/** What the role may do for parts that only some environments have: by its attached policies, or by its further reads. */
async function allowedForParts(role: Role): Promise<readonly string[]> {
  const client = new iam.IAMClient(all);
  const RoleName = `${name}-${role}`;
  const { PolicyDocument = "" } = await client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName: "rights" }));
  const { AttachedPolicies = [] } = await client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
  const attached = AttachedPolicies.map(async ({ PolicyArn }) => {
    const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn }));
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId }));
    return statementsOf(PolicyVersion?.Document ?? "");
  });
  const reads = statementsOf(PolicyDocument).filter(({ Sid }) =>
    /^Read(Parts|Buckets|Functions|Apis|MissingPage)$/.test(Sid),
  );
  const rights = [...reads, ...(await Promise.all(attached)).flat()].filter(({ Effect }) => Effect === "Allow");
  return [...new Set(rights.flatMap(({ Action }) => Action))].sort();
}

/** What this run does not ask for, with what does. */
const neededElsewhere: Readonly<Record<string, RegExp>> = {
  "AWS itself asks, for what is tagged as it is made":
    /^(acm:AddTagsToCertificate|(cloudfront|lambda|logs):TagResource|s3:PutObjectTagging)$/,
  "tags or settings change":
    /^(acm:RemoveTags|(cloudfront|lambda|logs|s3):Untag|apigateway:PATCH|cloudfront:Update|lambda:Update|logs:DeleteRetention|iam:(Attach|Detach)Role|iam:PutRolePermissions)/,
  "the provider from 6.23 on": /^s3:(Tag|Untag)Resource$/,
  "a zone that is looked up": /^route53:ListHostedZones$/,
  "AWS itself asks, for an API's access log and its name":
    /^(logs:.*(Deliver|ResourcePolic).*|iam:CreateServiceLinkedRole)$/,
};

async function unused(role: Role): Promise<readonly string[]> {
  const asked = await evaluated(jobs[role]);
  const elsewhere = Object.values(neededElsewhere);
  const missing = (await allowedForParts(role)).filter((action) => !asked.includes(action));
  return missing.filter((action) => !elsewhere.some((each) => each.test(action)));
}

test("the apply role makes names, certificates, static files, an API, uploads, endpoints and flow logs", async () => {
  const engine = await engineOf(jobs.apply, "apply");
  const { registrarFile } = await readEdge({ endpoint });
  const beforePlan = async (stack: Stack) => {
    if (waitsForDns(stack)) enter(registrarFile, (await stackZones(engine, stacks, stack)).zones);
  };
  const options = { engine, stacks: made(), targetId: account, stillThere: async () => true, beforePlan };
  const results = await convergeStacks(options);
  expect(results.map(({ stack, status }) => [stack.name, status]).sort()).toEqual(
    ["certificates", "dns", "http-api", "media", "network", "registry", "service", "static-site"].map((stack) => [
      stack,
      "applied",
    ]),
  );
});

/** Types whose id in a state is what an import takes. */
const byId =
  /^aws_(acm_certificate|apigatewayv2_(api|domain_name)|cloudfront_.+|cloudwatch_log_group|flow_log|iam_role|lambda_function|route53_zone|s3_bucket|vpc_endpoint)$/;

interface Held {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
}

test("after an apply that was killed, the apply role finds again what it made", async () => {
  const client = new s3.S3Client(all);
  const states = made().map(async (stack) => {
    const Key = `${own.key}/${stack.name}.tfstate`;
    const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "").resources as Held[];
  });
  const held = (await Promise.all(states)).flat().filter(({ mode, type }) => mode === "managed" && byId.test(type));
  const targets = held.map(({ type, name: called, instances: [first] }) => ({
    address: `${type}.${called}`,
    type,
    values: first?.attributes ?? {},
  }));
  expect(new Set(targets.map(({ type }) => type)).size).toBe(13);
  const found = await createImportFinder(jobs.apply)(targets);
  expect(found).toEqual(Object.fromEntries(targets.map(({ address, values }) => [address, values.id])));
});

test("the plan role compares all of it with what is there, by reads that it has for that and no others", async () => {
  const engine = await engineOf(jobs.plan, "plan");
  const plans = await Promise.all(made().map((stack) => engine.plan(stack, { lock: false })));
  expect(plans.filter(({ empty }) => !empty).map(({ stack }) => stack.name)).toEqual([]);
  expect(await unused("plan")).toEqual([]);
});

describe("denied by name", () => {
  const denial = (call: Promise<unknown>) =>
    call.then(
      () => undefined,
      (error: Error) => /not authorized to perform: (\S+)/.exec(error.message)?.[1],
    );

  /** What may be done to functions with some variables. */
  const functionsOf = (variables: Variables) => {
    const client = new lambda.LambdaClient(awsClientConfig(variables));
    const ZipFile = Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64");
    const more = { Runtime: "python3.13", Handler: "main.handler", Code: { ZipFile } } as const;
    return {
      create: (FunctionName: string, Role: string, Tags = {}) =>
        client.send(new lambda.CreateFunctionCommand({ FunctionName, Role, Tags, ...more })),
      configure: (FunctionName: string, Role: string) =>
        client.send(new lambda.UpdateFunctionConfigurationCommand({ FunctionName, Role })),
      update: (FunctionName: string) => client.send(new lambda.UpdateFunctionCodeCommand({ FunctionName, ZipFile })),
      remove: (FunctionName: string) => client.send(new lambda.DeleteFunctionCommand({ FunctionName })),
    };
  };

  test("a function with the deploy role, or with a task's", async () => {
    const { create, configure } = functionsOf(jobs.apply);
    for (const role of [roleArn("deploy"), `arn:aws:iam::${account}:role/${name}/${name}-web-task`]) {
      expect(await denial(create(`${name}-other`, role))).toBe("iam:PassRole");
      expect(await denial(configure(`${name}-hello`, role))).toBe("iam:PassRole");
    }
  });

  test("a role without boundary, or with that of another kind", async () => {
    const client = new iam.IAMClient(awsClientConfig(jobs.apply));
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const Path = `/${name}/functions/`;
    const make = (boundary?: string) =>
      client.send(
        new iam.CreateRoleCommand({
          RoleName: "free",
          Path,
          AssumeRolePolicyDocument,
          ...(boundary !== undefined && { PermissionsBoundary: `arn:aws:iam::${account}:policy/${boundary}` }),
        }),
      );
    expect(await denial(make())).toBe("iam:CreateRole");
    expect(await denial(make(`${name}-boundary`))).toBe("iam:CreateRole");
  });

  test("code of another environment's function, whatever its name begins with", async () => {
    const { update } = functionsOf(jobs.apply);
    expect(await denial(update("other-hello"))).toBe("lambda:UpdateFunctionCode");
    const { create, remove } = functionsOf(owner);
    const others = `${name}-staging-hello`;
    const functionRole = `arn:aws:iam::${account}:role/${name}/functions/${name}-hello-function`;
    await create(others, functionRole, { Environment: `${name}-staging` });
    expect(await denial(update(others))).toBe("lambda:UpdateFunctionCode");
    await remove(others);
  });

  test("flow logs with a role that is for something else", async () => {
    const client = new ec2.EC2Client(awsClientConfig(jobs.apply));
    const call = client.send(
      new ec2.CreateFlowLogsCommand({
        ResourceIds: ["vpc-0123456789abcdef0"],
        ResourceType: "VPC",
        TrafficType: "ALL",
        LogGroupName: `/vpc/${name}/flow-logs`,
        DeliverLogsPermissionArn: `arn:aws:iam::${account}:role/${name}/functions/${name}-hello-function`,
      }),
    );
    expect(await denial(call)).toBe("iam:PassRole");
  });
});

test("the apply role removes all of it, and had each of its rights for something", async () => {
  const engine = await engineOf(jobs.apply, "apply");
  for (const wave of [...waves(made())].reverse()) await Promise.all(wave.map((stack) => engine.destroy(stack)));
  expect(await Promise.all(made().map((stack) => engine.resources(stack)))).toEqual(made().map(() => []));
  expect(await unused("apply")).toEqual([]);
});
