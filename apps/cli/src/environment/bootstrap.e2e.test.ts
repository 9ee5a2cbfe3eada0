import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as s3 from "@aws-sdk/client-s3";
import { awsClientConfig } from "@slipway/core";
import { environment } from "@slipway/infra";
import { localVariables } from "@slipway/infra/testing/local-variables";
import { createImportFinder } from "@slipway/terraform/import";
import { unattendedContext } from "../command-context.ts";
import { bootstrapCommand } from "./bootstrap.ts";
import { destroyCommand } from "./destroy.ts";
import { openEnvironment } from "./open-environment.ts";
import { ensureStateBucket } from "./state-bucket.ts";

// When the provider creates the lifecycle rules, it waits a minute for S3 to return them.
jest.setTimeout(600_000);

const root = resolve(__dirname, "../../../..");
const staging = environment("staging");
const Bucket = staging.stateBucket ?? "";
const variables = localVariables(staging.account, staging.region);
const client = new s3.S3Client(awsClientConfig(variables));
const home = mkdtempSync(join(tmpdir(), "bootstrap-"));
const logs = join(home, "staging", "logs");
const printed: string[] = [];
const context = unattendedContext({
  root,
  folder: home,
  variables: async () => variables,
  print: (line) => void printed.push(line),
});

/** Runs the command; returns what it printed, or its error. */
async function bootstrap(): Promise<string> {
  printed.length = 0;
  const failed = await bootstrapCommand(context)
    .parseAsync(["staging"], { from: "user" })
    .then(() => undefined)
    .catch((error: Error) => error.message);
  return failed ?? printed.join("\n");
}

async function removeBucket(): Promise<void> {
  try {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new s3.ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
      await client.send(new s3.DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
    await client.send(new s3.DeleteBucketCommand({ Bucket }));
  } catch (error) {
    if ((error as Error).name !== "NoSuchBucket") throw error;
  }
}

beforeAll(removeBucket);
afterAll(async () => {
  await removeBucket();
  rmSync(home, { recursive: true, force: true });
});

async function until(what: string, seconds: number, holds: () => boolean): Promise<void> {
  for (let left = seconds * 20; !holds(); left -= 1) {
    if (left === 0) throw new Error(`${what} must be seen within ${seconds} s; it was not.`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

const log = (command: string) => {
  const path = join(logs, `state.${command}.log`);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

/** Sends SIGKILL to the Terraform process of the stack. */
function killTerraform(): void {
  const note = join(home, "staging", "running", "state.apply.json");
  process.kill(JSON.parse(readFileSync(note, "utf8")).pid, "SIGKILL");
}

test("the whole command killed while it plans, with a bucket and nothing else: the next run goes on", async () => {
  const child: ChildProcess = spawn(process.execPath, ["apps/cli/slipway.js", "bootstrap", "staging"], {
    cwd: root,
    env: { ...variables, SLIPWAY_HOME: home } as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout?.on("data", (data) => {
    output += data;
  });
  await until("the bucket", 60, () => output.includes("is made"));
  await until("the plan", 60, () => log("plan").includes("Plan to create"));
  process.kill(-(child.pid ?? 0), "SIGKILL");
  // A new bucket has the rules before the first plan. They are removed here, as if bootstrap had been killed earlier,
  // so that the apply below takes longer.
  const { Rules = [] } = await client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules.map(({ ID }) => ID)).toEqual(["promises", "plans", "states"]);
  await client.send(new s3.DeleteBucketLifecycleCommand({ Bucket }));
});

test("Terraform killed in the middle of the apply: it says so, and its lock stays", async () => {
  const ended = bootstrap();
  await until("the policy", 120, () => /aws_s3_bucket_policy\S+: Creation complete/.test(log("apply")));
  killTerraform();
  expect(await ended).toMatch(/^apply of state was killed \(SIGKILL\); run the same command/);
  const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toContain("staging/state.tfstate.tflock");
});

test("the next run releases that lock, imports all that is there and converges", async () => {
  const output = await bootstrap();
  expect(output.split("\n")).toContain(`bucket ${Bucket} (account ${staging.account}, ${staging.region}) is there`);
  expect(output).toMatch(/the lock that a killed bootstrap left \(\S+\) is released/);
  for (const kind of ["", "_policy", "_public_access_block", "_ownership_controls"]) {
    expect(output).toMatch(new RegExp(`^aws_s3_bucket${kind}\\.\\S+ exists already`, "m"));
  }
  expect(output).toMatch(/The states of staging are kept in \S+; its jobs on GitHub have their roles\.$/);
});

test("again, there is nothing to do, and the plan is empty, of drift too", async () => {
  expect(await bootstrap()).toMatch(/are as they should be: nothing to do\.$/);
  const { engine, stacks } = await openEnvironment(context, staging, variables, join(home, "staging"));
  const stack = stacks.find(({ name }) => name === "state");
  if (stack === undefined) throw new Error("no stack state");
  const plan = await engine.plan(stack);
  expect(plan.empty).toBe(true);
  expect((await engine.show(plan)) as object).not.toHaveProperty("resource_drift");
  await expect(engine.difference(stack, staging.account)).resolves.toBeUndefined();
  expect(existsSync(join(home, "staging", "bootstrapping", "state.json"))).toBe(false);
});

test("on another machine, which knows nothing of all this, there is nothing to do either", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "bootstrap-elsewhere-"));
  try {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const other = unattendedContext({ root, folder: elsewhere, variables: context.variables, print });
    await bootstrapCommand(other).parseAsync(["staging"], { from: "user" });
    expect(lines.at(-1)).toMatch(/nothing to do\.$/);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test("each setting of the bucket would be found, and none of a bucket that is not there", async () => {
  const findImports = createImportFinder(variables);
  const types = ["", "_versioning", "_server_side_encryption_configuration", "_public_access_block"];
  types.push("_ownership_controls", "_policy", "_lifecycle_configuration");
  const targets = (bucket: string) =>
    types.map((type) => ({ address: `aws_s3_bucket${type}.x`, type: `aws_s3_bucket${type}`, values: { bucket } }));
  const found = targets(Bucket).map(({ address }) => [address, Bucket]);
  expect(await findImports(targets(Bucket))).toEqual(Object.fromEntries(found));
  expect(await findImports(targets(`${Bucket}-none`))).toEqual({});
});

test("provider, boundary and roles would be found; a policy of that name that is somebody else's would not", async () => {
  const findImports = createImportFinder(variables);
  const { project: Project, name } = staging;
  const tags_all = { Project, Environment: name, Stack: "access", ManagedBy: "slipway" };
  const policy = (tags: object) => ({
    address: "aws_iam_policy.x",
    type: "aws_iam_policy",
    values: { name: `${name}-boundary`, tags_all: tags },
  });
  const url = "https://token.actions.githubusercontent.com";
  const provider = { address: "aws_iam_openid_connect_provider.x", type: "aws_iam_openid_connect_provider" };
  expect(await findImports([policy(tags_all), { ...provider, values: { url } }])).toEqual({
    "aws_iam_policy.x": `arn:aws:iam::${staging.account}:policy/${name}-boundary`,
    "aws_iam_openid_connect_provider.x": `arn:aws:iam::${staging.account}:oidc-provider/token.actions.githubusercontent.com`,
  });
  const strangers = [
    policy({ ...tags_all, Project: "other" }),
    { ...provider, values: { url: "https://example.test" } },
  ];
  expect(await findImports(strangers)).toEqual({});
});

test("its state is in the bucket itself and in no file here", async () => {
  const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual([
    "staging/access.applied.json",
    "staging/access.tfstate",
    "staging/state.applied.json",
    "staging/state.tfstate",
  ]);
  const files = readdirSync(home, { recursive: true, encoding: "utf8" });
  expect(
    files.filter((file) => /(^|\/)(state|access|terraform)\.tfstate$/.test(file) && !file.includes(".terraform/")),
  ).toEqual([]);
});

test("S3 says that the bucket is versioned, encrypted, private and the account's own", async () => {
  const versioning = await client.send(new s3.GetBucketVersioningCommand({ Bucket }));
  expect(versioning.Status).toBe("Enabled");
  const encryption = await client.send(new s3.GetBucketEncryptionCommand({ Bucket }));
  expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
    SSEAlgorithm: "AES256",
  });
  const access = await client.send(new s3.GetPublicAccessBlockCommand({ Bucket }));
  expect(Object.values(access.PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
  const ownership = await client.send(new s3.GetBucketOwnershipControlsCommand({ Bucket }));
  expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
  const { Policy = "{}" } = await client.send(new s3.GetBucketPolicyCommand({ Bucket }));
  expect(JSON.parse(Policy).Statement).toMatchObject([
    { Effect: "Deny", Principal: "*", Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`] },
    { Effect: "Deny", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ]);
});

test("S3 says that promises and plan files expire after 7 days and earlier states after 90", async () => {
  const { Rules = [] } = await client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules).toEqual([
    {
      ID: "promises",
      Status: "Enabled",
      Filter: { Prefix: "promises/" },
      Expiration: { Days: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    },
    {
      ID: "plans",
      Status: "Enabled",
      Filter: { Prefix: "plans/" },
      Expiration: { Days: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    },
    {
      ID: "states",
      Status: "Enabled",
      Filter: { Prefix: "" },
      Expiration: { ExpiredObjectDeleteMarker: true },
      NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 10 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ]);
});

test("a promise is written once: who writes it again gets the message that it is there", async () => {
  const put = () =>
    client.send(new s3.PutObjectCommand({ Bucket, Key: "promises/staging/x.json", Body: "x", IfNoneMatch: "*" }));
  await put();
  await expect(put()).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
});

test("an older version of a state can be fetched and put back", async () => {
  const Key = "staging/state.tfstate";
  const { Versions = [] } = await client.send(new s3.ListObjectVersionsCommand({ Bucket, Prefix: Key }));
  const states = Versions.filter((version) => version.Key === Key);
  expect(states.length).toBeGreaterThan(1);
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key, VersionId: states.at(-1)?.VersionId }));
  expect(JSON.parse((await Body?.transformToString()) ?? "")).toMatchObject({ version: 4 });
});

test("a name that another account has, or that is in another region, is one sentence", async () => {
  const theirs = localVariables("222222222222", staging.region);
  const request = { bucket: Bucket, account: "222222222222", region: staging.region };
  await expect(ensureStateBucket(request, theirs)).rejects.toThrow(
    `stateBucket (${Bucket}) must be free or yours, but belongs to another account or is hidden from these credentials; ` +
      "names are shared by all accounts of AWS, so choose another in apps/infra/src/environments.ts.",
  );
  const elsewhere = { bucket: Bucket, account: staging.account, region: "sa-east-1" };
  await expect(ensureStateBucket(elsewhere, variables)).rejects.toThrow(
    `stateBucket (${Bucket}) must be in sa-east-1, but is in ${staging.region}; choose another name in apps/infra/src/environments.ts.`,
  );
});

test("a destroy of the environment leaves the bucket and all in it, and says so", async () => {
  printed.length = 0;
  await destroyCommand(context).parseAsync(["staging", "--yes", staging.name], { from: "user" });
  const left = new RegExp(
    `Left on purpose: .*the stacks state and access \\(bucket ${Bucket} with the Terraform states`,
  );
  expect(printed.at(-1)).toMatch(left);
  expect(printed.join("\n")).not.toMatch(/stack (state|access):/);
  await client.send(new s3.HeadObjectCommand({ Bucket, Key: "staging/state.tfstate" }));
});
