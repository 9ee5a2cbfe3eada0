import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, ListObjectsV2Command, PutPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { environment } from "@slipway/infra";
import { ensurePython, readSlipwayHome } from "@slipway/local-aws";

jest.setTimeout(120_000);

const root = join(__dirname, "../../../..");
const home = readSlipwayHome(root, process.env);
const bucket = `uploads-${process.pid}`;
const blocks = [
  ...readFileSync(join(root, "docs/static-files.md"), "utf8").matchAll(/^```python\n([\s\S]*?)^```/gm),
].map(([, block = ""]) => block);
const folder = join(root, environment("local").app.folder);
let python = "";
let session: Readonly<Record<string, string | undefined>> = {};

/** A session of a role with the rights that `media: "bucket"` gives a task. */
async function taskSession(): Promise<typeof session> {
  const iam = new IAMClient({});
  const sts = new STSClient({});
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  const principal = { AWS: `arn:aws:iam::${Account}:root` };
  const document = (Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const AssumeRolePolicyDocument = document([{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }]);
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: bucket, AssumeRolePolicyDocument }));
  const PolicyDocument = document([
    { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: `arn:aws:s3:::${bucket}/*` },
    { Effect: "Allow", Action: ["s3:ListBucket"], Resource: `arn:aws:s3:::${bucket}` },
  ]);
  await iam.send(new PutRolePolicyCommand({ RoleName: bucket, PolicyName: "media", PolicyDocument }));
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "task" }));
  return {
    AWS_ACCESS_KEY_ID: given?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: given?.SecretAccessKey,
    AWS_SESSION_TOKEN: given?.SessionToken,
  };
}

/** Runs a block of the page in the app, as a task has it: the name of the bucket and a session, nothing else of AWS. */
function inApp(block: string): URL {
  const { PATH, AWS_ENDPOINT_URL, AWS_REGION } = process.env;
  const env = {
    ...{ PATH, AWS_ENDPOINT_URL, AWS_REGION },
    ...session,
    DJANGO_SETTINGS_MODULE: "config.settings",
    PYTHONDONTWRITEBYTECODE: "1",
    SECRET_KEY: "only-for-this-test",
    ALLOWED_HOSTS: "testserver",
    MEDIA_BUCKET: bucket,
  };
  const options = { cwd: folder, env, encoding: "utf8", stdio: "pipe" } as const;
  return new URL(execFileSync(python, ["manage.py", "shell", "--no-imports", "-c", block], options).trim());
}

const get = async (url: URL | string) => {
  const answer = await fetch(url, { headers: { connection: "close" } });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};

beforeAll(async () => {
  const requirements = join(folder, "requirements.txt");
  const { signal } = new AbortController();
  python = await ensurePython({ home, requirements, what: "the Django app", signal, log: () => {} });
  const s3 = new S3Client({ forcePathStyle: true });
  const LocationConstraint = process.env.AWS_REGION as never;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint } }));
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration }));
  session = await taskSession();
});

test("an upload is kept in the bucket and seen by whoever has its signed address, and by nobody else", async () => {
  const address = inApp(blocks[0] ?? "");
  expect(address.searchParams.get("X-Amz-Expires")).toBe("3600");
  expect(await get(address)).toMatchObject({ status: 200, text: "for you alone" });
  expect((await get(`${address.origin}${address.pathname}`)).status).toBe(403);
  const forged = new URL(address);
  forged.searchParams.set("X-Amz-Signature", "0".repeat(64));
  expect((await get(forged)).status).toBe(403);
});

test("an address is good for as long as it says, under the name that it says", async () => {
  const address = inApp(blocks[1] ?? "");
  expect(address.searchParams.get("X-Amz-Expires")).toBe("60");
  const { status, headers } = await get(address);
  expect([status, headers.get("content-disposition")]).toEqual([200, 'attachment; filename="report.txt"']);
  const over = inApp((blocks[1] ?? "").replace("expire=60", "expire=1"));
  await new Promise((done) => setTimeout(done, 2500));
  expect((await get(over)).status).toBe(403);
});

test("a second file of the same name does not replace the first", async () => {
  const second = inApp(blocks[0] ?? "");
  expect(second.pathname).not.toMatch(/\/reports\/2026\.txt$/);
  const { Contents = [] } = await new S3Client({ forcePathStyle: true }).send(
    new ListObjectsV2Command({ Bucket: bucket }),
  );
  expect(Contents).toHaveLength(2);
});
