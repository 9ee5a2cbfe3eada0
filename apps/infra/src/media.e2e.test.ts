import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { App } from "cdktf";
import { environment } from "./environments.ts";
import { MediaStack } from "./stacks/media-stack.ts";
import { clientOf } from "./testing/local-edge.ts";
import { localVariables } from "./testing/local-variables.ts";
import { terraform } from "./testing/terraform.ts";

jest.setTimeout(300_000);

const home = mkdtempSync(join(tmpdir(), "media-"));
// An account of its own, so that what is left at the end is this bucket's.
const local = { ...environment("local"), name: "shop", account: "555566661111" };
const variables = localVariables(local.account, local.region);
const there = { endpoint: variables.AWS_ENDPOINT_URL ?? "", account: local.account };
const Bucket = `shop-media-${local.account}`;
const Key = "avatars/1.png";
const role = "shop-web-task";

function run(...args: readonly string[]) {
  return terraform(join(home, "stacks", "media"), [...args, "-no-color"], variables);
}

function succeed(...args: readonly string[]): string {
  const { status, output } = run(...args);
  if (status !== 0) throw new Error(output);
  return output;
}

beforeAll(() => {
  const app = new App({ outdir: home, stackTraces: false });
  const stack = new MediaStack(app, "media", local);
  const Principal = { AWS: `arn:aws:iam::${local.account}:root` };
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] };
  stack.media.grant(new IamRole(stack, "task", { name: role, assumeRolePolicy: JSON.stringify(trust) }));
  app.synth();
  succeed("init", "-input=false");
});

afterAll(() => {
  run("destroy", "-auto-approve");
  rmSync(home, { recursive: true });
});

/** S3 with the rights of the app. */
async function asApp(): Promise<S3Client> {
  const RoleArn = `arn:aws:iam::${local.account}:role/${role}`;
  const sts = new STSClient(clientOf(there, local.region));
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "app" }));
  const credentials = {
    accessKeyId: keys?.AccessKeyId ?? "",
    secretAccessKey: keys?.SecretAccessKey ?? "",
    sessionToken: keys?.SessionToken ?? "",
  };
  return new S3Client({ ...clientOf(there, local.region), credentials, forcePathStyle: true });
}

const owner = () => new S3Client({ ...clientOf(there, local.region), forcePathStyle: true });

test("bucket and right are applied, and a second plan is empty", () => {
  succeed("apply", "-auto-approve", "-input=false");
  expect(succeed("plan", "-input=false")).toContain("No changes.");
});

test("the app writes, reads and deletes, is told what is not there, and cannot take back a deletion", async () => {
  const s3 = await asApp();
  await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: "NotFound" });
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: "picture" }));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await Body?.transformToString()).toBe("picture");
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  // What was deleted is kept, and the app cannot do away with it.
  const { Versions: [kept] = [] } = await owner().send(new ListObjectVersionsCommand({ Bucket }));
  const version = { Bucket, Key, VersionId: kept?.VersionId };
  await expect(s3.send(new DeleteObjectCommand(version))).rejects.toMatchObject({ name: "AccessDenied" });
  const again = await owner().send(new GetObjectCommand(version));
  expect(await again.Body?.transformToString()).toBe("picture");
});

test("nobody reads it without a right, and the app no other bucket", async () => {
  const anonymous = await fetch(`${there.endpoint}/${Bucket}/${Key}`, { headers: { connection: "close" } });
  expect(anonymous.status).toBe(403);
  const other = { Bucket: `shop-static-${local.account}` };
  await owner().send(new CreateBucketCommand(other));
  const write = new PutObjectCommand({ ...other, Key, Body: "x" });
  await expect((await asApp()).send(write)).rejects.toMatchObject({ name: "AccessDenied" });
  await owner().send(new DeleteBucketCommand(other));
});

test("destroyed, it leaves nothing, not even uploads", () => {
  succeed("destroy", "-auto-approve");
  expect(succeed("state", "list")).toBe("");
});
