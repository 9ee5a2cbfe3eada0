import { CloudWatchLogsClient, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import type { BundleRun } from "../testing/run-bundle.ts";
import { mergeTrain } from "../testing/stacks/merge-train.ts";
import { type SmallEnvironment, smallEnvironment } from "../testing/stacks/small-environment.ts";

// The built bundle, the real engine and provider, the local AWS, and the fake GitHub. Each test continues from the one before.
jest.setTimeout(240_000);

let aws: SmallEnvironment;
let github: FakeGithub;

beforeAll(async () => {
  aws = await smallEnvironment();
  aws.write();
  await aws.apply();
  github = await fakeGithub();
});

afterAll(async () => {
  aws.remove();
  await github.close();
});

afterEach(() => expect(github.violations).toEqual([]));

function compare(runId: number): Promise<BundleRun> {
  return aws.start("report-drift", github, { runId, inputs: { "stacks-dir": aws.stacksDir } });
}

const client = () => ({
  region: "ap-northeast-2",
  credentials: { accessKeyId: aws.account, secretAccessKey: "local" },
});

async function setRetention(group: string, retentionInDays: number): Promise<void> {
  const logGroupName = `/staging-${aws.account}${group}`;
  await new CloudWatchLogsClient(client()).send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
}

/** A deployment and a scaling, as deploy-service and a schedule do them. */
async function deployAndScale(): Promise<void> {
  const ecs = new ECSClient(client());
  const name = `staging-${aws.account}`;
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }));
  const { family, cpu, memory, containerDefinitions } = taskDefinition ?? {};
  const template = { family, cpu, memory, containerDefinitions };
  await ecs.send(new RegisterTaskDefinitionCommand({ ...template, tags: [{ key: "slipway:deployed", value: "1" }] }));
  await ecs.send(
    new UpdateServiceCommand({ cluster: name, service: "web", taskDefinition: `${family}:2`, desiredCount: 0 }),
  );
}

const issues = () => [...github.state.issues.values()].map(({ title, state }) => [title, state]);

test("a deployed task definition is no drift, what somebody changed by hand is, and opens an issue", async () => {
  await deployAndScale();
  await setRetention("", 3);
  const run = await compare(100);
  expect(run).toMatchObject({ code: 0, outputs: { drifted: "true", "drifted-stacks": "network", issues: "1" } });
  expect(issues()).toEqual([["Drift in staging/network: 1 resource", "open"]]);
  expect(github.state.issues.get(1)?.body).toContain("! retention_in_days: 3 → 7");
});

test("in a stack whose code waits for its apply, drift is distinguished from the change", async () => {
  aws.write({ hashKey: "pk" });
  await setRetention("/audit", 3);
  const run = await compare(101);
  expect(run.outputs).toMatchObject({ "drifted-stacks": "network,data", issues: "1,2" });
  const body = github.state.issues.get(2)?.body ?? "";
  expect(body).toContain("! retention_in_days: 30 → 3");
  expect(body).not.toContain("aws_dynamodb_table");
});

test("what is repaired closes its issue", async () => {
  await setRetention("", 7);
  await setRetention("/audit", 30);
  expect((await compare(102)).outputs).toMatchObject({ drifted: "false", issues: "" });
  expect(issues().map(([, state]) => state)).toEqual(["closed", "closed"]);
});

test("a stack that somebody applies at this moment is left for the next time, its issue as it is", async () => {
  const s3 = new S3Client({ ...client(), forcePathStyle: true });
  const put = (Key: string, body: object) =>
    s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key, Body: JSON.stringify(body) }));
  const lock = (minutes: number) => ({
    ...{
      ID: "6f0c",
      Operation: "OperationTypeApply",
      Who: "runner@fv-az1",
      Version: "1.11.4",
      Path: "staging/network.tfstate",
    },
    Created: new Date(Date.now() - minutes * 60_000).toISOString(),
  });
  await setRetention("", 3);
  await put("staging/network.applying.json", { creates: [] });
  await put("staging/network.tfstate.tflock", lock(5));
  const during = await compare(103);
  expect(during).toMatchObject({ code: 0, outputs: { drifted: "false", issues: "" } });
  expect(during.log).toMatch(/network: runner@fv-az1 works on it since \S+; it is compared next time/);
  // An hour later nobody does any more.
  await put("staging/network.tfstate.tflock", lock(61));
  expect((await compare(104)).outputs).toMatchObject({ "drifted-stacks": "network" });
  for (const Key of ["staging/network.applying.json", "staging/network.tfstate.tflock"])
    await s3.send(new DeleteObjectCommand({ Bucket: aws.bucket, Key }));
  await setRetention("", 7);
  expect((await compare(105)).outputs).toMatchObject({ drifted: "false" });
});

test("a plan of main shows what was changed by hand, and its approval puts that back once", async () => {
  aws.write();
  await setRetention("", 3);
  const train = mergeTrain(aws, github);
  const planned = await train.dispatch();
  expect(planned).toMatchObject({ code: 0, outputs: { applied: "false" } });
  expect(planned.summary).toContain("! retention_in_days: 3 → 7");
  const plan = planned.outputs.plan ?? "";
  const applied = await train.dispatch({ plan });
  // Unlike our own stacks, these do not leave the task definition to deployments: `data` is put back too.
  expect(applied).toMatchObject({ code: 0, outputs: { applied: "true", "applied-stacks": "network,data" } });
  expect((await compare(200)).outputs.drifted).toBe("false");
  expect(await train.dispatch({ plan })).toMatchObject({ code: 0, outputs: { "applied-stacks": "" } });
});
