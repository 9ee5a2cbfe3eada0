import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  CloudFrontClient,
  CreateDistributionCommand,
  CreateOriginAccessControlCommand,
} from "@aws-sdk/client-cloudfront";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { environment } from "@slipway/core/testing/environment";
import { type LeastPrivilege, leastPrivilege } from "../testing/least-privilege.ts";
import { type BundleRun, runBundle } from "../testing/run-bundle.ts";

jest.setTimeout(120_000);

const id = `static-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), "static-e2e-"));
const region = environment.AWS_REGION ?? "";
const s3 = new S3Client({ forcePathStyle: true });
const uris: Record<string, string> = {};
let rights: LeastPrivilege;
let distribution = { id: "", name: "" };

const hashed = (name: string, hash: string) => name.replace(".css", `.${hash}.css`);
/** What the pages of a version ask for: 1,000 files of 10 KB, of which the second version has other 10. */
const version = (hash: string) =>
  Array.from({ length: 1000 }, (_, index) => hashed(`pages/${index}.css`, index < 990 ? "aaaaaaaaaaaa" : hash));
const first = version("bbbbbbbbbbbb");
const second = version("cccccccccccc");

/** Builds an image that holds nothing but these files and pushes it by the action; what begins with `->` is a link. */
async function image(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const context = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    const file = join(context, "app", path);
    mkdirSync(dirname(file), { recursive: true });
    if (content.startsWith("->")) symlinkSync(content.slice(2), file);
    else writeFileSync(file, content);
  }
  const tag = `${id}:${name}`;
  const dockerfile = 'FROM scratch\nCOPY app /app\nCMD ["/none"]\n';
  const options = {
    input: dockerfile,
    env: { ...environment, DOCKER_BUILDKIT: "0" },
    stdio: "pipe",
  } as const;
  writeFileSync(join(context, "Dockerfile"), dockerfile);
  execFileSync("docker", ["build", "-q", "-t", tag, context], options);
  try {
    const pushed = await runBundle("push-image", { image: tag, repository: id, tags: name });
    if (pushed.code !== 0) throw new Error(pushed.log);
    uris[name] = pushed.outputs["image-uri"] ?? "";
  } finally {
    execFileSync("docker", ["image", "rm", "-f", tag], { stdio: "pipe" });
  }
}

const collected = (names: readonly string[]): Record<string, string> => ({
  "staticfiles/staticfiles.json": JSON.stringify({ paths: Object.fromEntries(names.map((name) => [name, name])) }),
  ...Object.fromEntries(names.map((name) => [`staticfiles/${name}`, `/* ${name} */`.padEnd(10_000, name)])),
  "staticfiles/pages/0.css": "plain",
});

/** Publishes with the rights that the README asks for, and no more. */
async function publish(version: string, extra: Record<string, string> = {}): Promise<BundleRun> {
  const inputs = {
    image: uris[version] ?? "",
    bucket: id,
    distribution: distribution.id,
    "poll-seconds": "1",
    ...extra,
  };
  const run = await runBundle("publish-static", inputs, { environment: rights.variables });
  if (environment.E2E_SHOW) process.stderr.write(`\n${run.milliseconds} ms\n${run.log}\n${run.summary}\n`);
  return run;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks the distribution, as a browser does that has a page open. */
async function answer(path: string): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const url = new URL(path, environment.AWS_ENDPOINT_URL);
    request(url, { headers: { host: distribution.name } }, resolve)
      .on("error", reject)
      .end();
  });
  let body = "";
  for await (const part of response) body += part;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

async function keys(prefix = ""): Promise<string[]> {
  const all: string[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: id, Prefix: prefix, ContinuationToken }));
    all.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return all;
  }
}

beforeAll(async () => {
  const { Account = "" } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  await new ECRClient({}).send(new CreateRepositoryCommand({ repositoryName: id }));
  await s3.send(
    new CreateBucketCommand({ Bucket: id, CreateBucketConfiguration: { LocationConstraint: region as never } }),
  );
  distribution = await createDistribution(Account);
  await image("v1", collected(first));
  await image("v2", collected(second));
  await image("link", {
    "staticfiles/staticfiles.json": JSON.stringify({ paths: { "a.css": "a.0123456789ab.css" } }),
    "staticfiles/a.0123456789ab.css": "->../secret",
    secret: "secret",
  });
  rights = await leastPrivilege("publish-static", id, { region, repository: id, bucket: id });
});
afterAll(async () => {
  await rights?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function createDistribution(account: string): Promise<{ id: string; name: string }> {
  const cloudfront = new CloudFrontClient({});
  const control = await cloudfront.send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        Name: id,
        SigningProtocol: "sigv4",
        SigningBehavior: "always",
        OriginAccessControlOriginType: "s3",
      },
    }),
  );
  const origin = {
    Id: "bucket",
    DomainName: `${id}.s3.${region}.amazonaws.com`,
    OriginAccessControlId: control.OriginAccessControl?.Id ?? "",
    S3OriginConfig: { OriginAccessIdentity: "" },
  };
  const { Distribution } = await cloudfront.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        CallerReference: id,
        Comment: id,
        Enabled: true,
        Origins: { Quantity: 1, Items: [origin] },
        DefaultCacheBehavior: {
          TargetOriginId: "bucket",
          ViewerProtocolPolicy: "allow-all",
          // AWS's managed policy CachingOptimized.
          CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
      },
    }),
  );
  const statement = {
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${id}/*`,
    Condition: { StringEquals: { "aws:SourceArn": `arn:aws:cloudfront::${account}:distribution/${Distribution?.Id}` } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: id, Policy }));
  return { id: Distribution?.Id ?? "", name: Distribution?.DomainName ?? "" };
}

test("a dry run publishes nothing", async () => {
  expect((await publish("v1", { "dry-run": "true" })).outputs).toMatchObject({
    published: "1000",
    "failure-reason": "",
  });
  expect(await keys()).toEqual([]);
});

test("the first version is published whole, and again it is nothing new", async () => {
  const published = await publish("v1");
  expect(published.outputs).toMatchObject({ files: "1000", published: "1000", "failure-reason": "" });
  expect(published.summary).toContain("## Static files: 1000 published");
  expect(await keys("static/")).toHaveLength(1000);
  const found = await answer(`/static/${first[0]}`);
  expect([found.status, found.headers["content-type"], found.headers["cache-control"]]).toEqual([
    200,
    "text/css; charset=utf-8",
    "public, max-age=31536000, immutable",
  ]);
  expect(found.body).toContain(`/* ${first[0]} */`);
  expect((await answer("/static/pages/0.css")).status).toBe(403);
  const again = await publish("v1");
  expect(again.outputs).toMatchObject({ published: "0", "already-there": "1000", "failure-reason": "" });
});

test("a page of the old version finds its files during the switch, after it, and after the rollback", async () => {
  const asked = { old: 0, missing: 0 };
  let over = false;
  const page = (async () => {
    while (!over) {
      for (const name of first.slice(980)) {
        asked.old += 1;
        if ((await answer(`/static/${name}`)).status !== 200) asked.missing += 1;
      }
    }
  })();
  try {
    expect((await publish("v2")).outputs).toMatchObject({ published: "10", "already-there": "990" });
    for (const name of second.slice(980)) expect((await answer(`/static/${name}`)).status).toBe(200);
    // The rollback deploys the old image and publishes nothing: what its pages need is there.
    expect((await publish("v1")).outputs).toMatchObject({ published: "0" });
  } finally {
    over = true;
    await page;
  }
  expect([asked.old > 20, asked.missing]).toEqual([true, 0]);
  expect(await keys("releases/")).toHaveLength(2);
});

test("the role can add files and neither overwrite nor delete any, nor read what people may not", async () => {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = "" } = rights.variables;
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
  const deploy = new S3Client({ forcePathStyle: true, credentials });
  const there = { Bucket: id, Key: `static/${first[0]}`, Body: "changed" };
  await expect(deploy.send(new PutObjectCommand(there))).rejects.toThrow(
    expect.objectContaining({ name: "AccessDenied" }),
  );
  await expect(deploy.send(new PutObjectCommand({ ...there, IfNoneMatch: "*" }))).rejects.toThrow(
    expect.objectContaining({ name: "PreconditionFailed" }),
  );
  await expect(deploy.send(new DeleteObjectCommand(there))).rejects.toThrow(
    expect.objectContaining({ name: "AccessDenied" }),
  );
  const elsewhere = { ...there, Key: "index.html", IfNoneMatch: "*" };
  await expect(deploy.send(new PutObjectCommand(elsewhere))).rejects.toThrow(
    expect.objectContaining({ name: "AccessDenied" }),
  );
});

test("a link out of the folder, an image that is not there and a foreign bucket are refused with a sentence", async () => {
  expect((await publish("link")).outputs["failure-message"]).toContain("is a link that leads out of it");
  const gone = await publish("v1", { image: (uris.v1 ?? "").replace(/.{64}$/, "0".repeat(64)) });
  expect(gone.outputs["failure-reason"]).toBe("image-not-found");
  expect((await publish("v1", { bucket: `${id}-other`, distribution: "" })).outputs["failure-reason"]).toBe(
    "access-denied",
  );
});
