import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeadBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { HostedZone } from "@slipway/network";
import { createImportFinder } from "@slipway/terraform/import";
import { App } from "cdktf";
import type { Environment } from "./environment.ts";
import { environment } from "./environments.ts";
import { BaseStack } from "./stacks/base-stack.ts";
import { StaticSiteStack } from "./stacks/static-site-stack.ts";
import { askAtDoor, clientOf, domainWithCertificate, type TestDomain } from "./testing/local-edge.ts";
import { localVariables } from "./testing/local-variables.ts";
import { terraform } from "./testing/terraform.ts";

jest.setTimeout(400_000);

const home = mkdtempSync(join(tmpdir(), "static-site-"));
const domain = "static-site-e2e.net";
const host = `static.${domain}`;
// An account of its own, so that what is left at the end is this site's.
const local = {
  ...environment("local"),
  name: "shop",
  account: "555566668888",
  domain: { zones: { [domain]: { source: "look-up" } }, static: host },
} as Environment;
const variables = localVariables(local.account, local.region);
const there = { endpoint: variables.AWS_ENDPOINT_URL ?? "", account: local.account };
const bucket = `shop-static-${local.account}`;
const stylesheet = "static/app.0123456789ab.css";

function run(stack: string, ...args: readonly string[]) {
  return terraform(join(home, "stacks", stack), [...args, "-no-color"], variables);
}

function succeed(stack: string, ...args: readonly string[]): string {
  const { status, output } = run(stack, ...args);
  if (status !== 0) throw new Error(output);
  return output;
}

/** What a plan does, in Terraform's words, by type. */
function plan(): Readonly<Record<string, readonly string[]>> {
  succeed("static-site", "plan", "-input=false", "-out=plan", "-parallelism=30");
  const { resource_changes: changes } = JSON.parse(succeed("static-site", "show", "-json", "plan")) as {
    resource_changes: { type: string; change: { actions: string[] } }[];
  };
  const found: Record<string, string[]> = {};
  for (const { type, change } of changes) {
    const actions = change.actions.join(" ");
    if (actions !== "no-op" && actions !== "read") found[type] = [...(found[type] ?? []), actions];
  }
  return found;
}

let prepared: TestDomain | undefined;

const s3 = () => new S3Client({ ...clientOf(there, local.region), forcePathStyle: true });

beforeAll(async () => {
  prepared = await domainWithCertificate(there, domain, "us-east-1");
  const { certificateArn } = prepared;
  const app = new App({ outdir: home, stackTraces: false });
  const zones = [new HostedZone(new BaseStack(app, "dns", local), "zone", { domain, source: "look-up" })];
  new StaticSiteStack(app, "static-site", local, { zones, certificate: { certificateArn } });
  app.synth();
  for (const stack of ["dns", "static-site"]) succeed(stack, "init", "-input=false");
  succeed("dns", "apply", "-auto-approve", "-input=false");
});

afterAll(async () => {
  run("static-site", "destroy", "-auto-approve", "-parallelism=30");
  await prepared?.remove();
  rmSync(home, { recursive: true });
});

test("static files are applied, and a second plan is empty", () => {
  expect(plan()).toMatchObject({ aws_cloudfront_distribution: ["create"], aws_route53_record: ["create", "create"] });
  succeed("static-site", "apply", "-input=false", "-parallelism=30", "plan");
  expect(plan()).toEqual({});
  expect(JSON.parse(succeed("static-site", "output", "-json"))).toMatchObject({
    static_bucket: { value: bucket },
    static_distribution_id: { value: expect.stringMatching(/^E/) },
    static_url: { value: `https://${host}/static/` },
  });
});

test("after an apply that was killed, what is there is found by its name", async () => {
  const { values } = JSON.parse(succeed("static-site", "show", "-json")) as {
    values: { root_module: { resources: readonly { address: string; type: string; values: { id?: unknown } }[] } };
  };
  const made = values.root_module.resources.filter(({ type }) => type.startsWith("aws_cloudfront_"));
  const find = createImportFinder(variables);
  expect(await find(made)).toEqual(Object.fromEntries(made.map((each) => [each.address, each.values.id])));
  const others = made.map((each) => ({ ...each, values: { name: "other", aliases: ["other.example.com"] } }));
  expect(await find(others)).toEqual({});
  // One that bears other tags is somebody else's.
  const foreign = { aliases: [host], tags_all: { Project: "other" } };
  expect(await find([{ address: "a.b", type: "aws_cloudfront_distribution", values: foreign }])).toEqual({});
});

test("a file is served under the site's name over HTTPS, and the bucket gives it to nobody else", async () => {
  const file = { Bucket: bucket, Key: stylesheet, Body: "body { color: teal }", ContentType: "text/css" };
  const CacheControl = "public, max-age=31536000, immutable";
  await s3().send(new PutObjectCommand({ ...file, CacheControl }));
  const found = await askAtDoor(there, `https://${host}/${stylesheet}`);
  expect(found).toMatchObject({ status: 200, body: file.Body });
  expect(found.headers).toMatchObject({
    "content-type": "text/css",
    "cache-control": CacheControl,
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-cache": "Miss from cloudfront",
  });
  const again = await askAtDoor(there, `https://${host}/${stylesheet}`);
  expect(again.headers["x-cache"]).toBe("Hit from cloudfront");
  expect((await fetch(`${there.endpoint}/${bucket}/${stylesheet}`)).status).toBe(403);
});

test("what is not there is a page that no browser keeps, HTTP leads to HTTPS, and nobody writes", async () => {
  const missing = await askAtDoor(there, `https://${host}/static/app.old.css`);
  expect(missing).toMatchObject({ status: 404, body: expect.stringContaining("There is no such file.") });
  expect(missing.headers["cache-control"]).toBe("no-store");
  const redirect = await askAtDoor(there, `http://${host}/${stylesheet}`);
  expect(redirect.status).toBe(301);
  expect(redirect.headers.location).toMatch(new RegExp(`^https://${host}(:\\d+)?/${stylesheet}$`));
  expect((await askAtDoor(there, `https://${host}/${stylesheet}`, "POST")).status).toBe(403);
});

test("destroyed, it leaves nothing, not even its files", async () => {
  succeed("static-site", "destroy", "-auto-approve", "-parallelism=30");
  expect(succeed("static-site", "state", "list")).toBe("");
  await expect(s3().send(new HeadBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({ name: "NotFound" });
});
