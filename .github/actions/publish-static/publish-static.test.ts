import { awsError } from "@slipway/core/testing/aws-error";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { fakeClient } from "@slipway/ecs-deploy/testing/fake-client";
import { contentType } from "./bucket.ts";
import { publishStatic } from "./publish-static.ts";
import { fakeBucket } from "./testing/fake-bucket.ts";
import { type Entries, type FakeRegistry, fakeRegistry } from "./testing/fake-registry.ts";

let registry: FakeRegistry;
beforeAll(async () => {
  registry = await fakeRegistry();
});
afterAll(() => registry.close());

const css = "page.0123456789ab.css";
const js = "js/app.ba9876543210.js";
const root = "app/staticfiles";
const manifest = (...names: readonly string[]) =>
  JSON.stringify({ paths: Object.fromEntries(names.map((name, index) => [`${index}`, name])), version: "1.1" });
const files: Entries = [
  [{ name: `${root}/`, type: "directory" }],
  [`${root}/staticfiles.json`, manifest(css, js, css)],
  [`${root}/${css}`, "body {}"],
  [`${root}/${css}.gz`, "compressed"],
  [`${root}/page.css`, "body {}"],
  [`${root}/${js}`, "import x"],
];
const base: Entries = [["usr/lib/python", "x".repeat(1000)]];

function cloudfront(statuses: readonly string[], more: object = {}) {
  return fakeClient({
    GetDistribution: ({ Id }, nth) => {
      if (Id !== "E1") throw awsError("NoSuchDistribution", "it does not exist");
      const Origins = { Items: [{ DomainName: "shop-static.s3.eu-west-1.amazonaws.com" }] };
      const Status = statuses[Math.min(nth, statuses.length - 1)];
      return { Distribution: { Status, DistributionConfig: { Origins, Enabled: true, ...more } } };
    },
  });
}

function publication(
  image: string,
  changes: object = {},
  { bucket = fakeBucket("shop-static"), cdn = cloudfront(["Deployed"]) } = {},
) {
  const input = {
    image,
    bucket: "shop-static",
    distribution: "E1",
    source: "/app/staticfiles",
    manifest: "staticfiles.json",
    concurrency: 3,
    timeoutMinutes: 1,
    pollSeconds: 1,
    dryRun: false,
    ...changes,
  };
  const log = fakeLog();
  const clients = { ecr: () => registry.ecr, s3: bucket.s3, cloudfront: cdn.client, log };
  const work = (signal = new AbortController().signal) => publishStatic(input, { ...clients, signal });
  return { log, bucket, cdn, work };
}

test("publishes what the manifest names, for a year, with its type, and notes it", async () => {
  registry.downloads.length = 0;
  const image = await registry.image(base, files, [["etc/last", "x"]]);
  const { bucket, work } = publication(image);
  const { outputs, summary } = await work();
  const release = `releases/${image.split("sha256:")[1]}.json`;
  expect(outputs).toEqual({ files: "2", published: "2", "published-bytes": "15", "already-there": "0", release });
  expect(bucket.keys()).toEqual([release, `static/${js}`, `static/${css}`]);
  expect(bucket.objects.get(`static/${css}`)).toEqual({
    Body: Buffer.from("body {}"),
    ContentType: "text/css; charset=utf-8",
    CacheControl: "public, max-age=31536000, immutable",
  });
  expect(JSON.parse(String(bucket.objects.get(release)?.Body))).toEqual({
    image: image.split("@")[1],
    source: "/app/staticfiles",
    manifest: "staticfiles.json",
    files: { [`static/${css}`]: 7, [`static/${js}`]: 8 },
  });
  // The layers above the files, those with the files, and none below.
  expect(registry.downloads).toHaveLength(2);
  expect(summary).toContain("## Static files: 2 published");
  expect(summary).toContain("| Published | 2 (15 bytes) |");
  expect(summary).toContain("| Distribution | `E1`, deployed |");
});

test("adds what is new alone, after one listing; of an image that was published before it reads nothing", async () => {
  const bucket = fakeBucket("shop-static");
  const first = await registry.image(files);
  await publication(first, {}, { bucket }).work();
  const added = "new.00112233445566.css";
  const second = await registry.image(files, [
    [`${root}/staticfiles.json`, manifest(added, css)],
    [`${root}/${added}`, "new"],
  ]);
  expect((await publication(second, {}, { bucket }).work()).outputs).toMatchObject({
    published: "1",
    "already-there": "1",
  });
  expect(bucket.keys()).toContain(`static/${js}`);
  const [calls, downloads] = [bucket.names().length, registry.downloads.length];
  expect((await publication(second, {}, { bucket }).work()).summary).toContain("## Static files: nothing new");
  // Three files in pages of two: one listing is two calls.
  expect(bucket.names().slice(calls).sort()).toEqual(["GetObject", "ListObjectsV2", "ListObjectsV2"]);
  expect(registry.downloads).toHaveLength(downloads);
  bucket.objects.delete(`static/${added}`);
  expect((await publication(second, {}, { bucket }).work()).outputs.published).toBe("1");
});

test("finds the image of an index, past its attestation", async () => {
  const image = registry.index(await registry.image(files));
  expect((await publication(image).work()).outputs.published).toBe("2");
});

test("a dry run writes nothing and waits for nothing", async () => {
  const { bucket, cdn, work } = publication(
    await registry.image(files),
    { dryRun: true },
    { cdn: cloudfront(["InProgress"]) },
  );
  const { outputs, summary } = await work();
  expect(outputs.published).toBe("2");
  expect(summary).toContain("| Would be published | 2 (15 bytes) |");
  expect([bucket.keys(), cdn.calls.length]).toEqual([[], 1]);
});

test("waits for the distribution with words, and without one for nothing", async () => {
  const cdn = cloudfront(["InProgress", "InProgress", "Deployed"]);
  const waiting = publication(await registry.image(files), {}, { cdn });
  expect((await waiting.work()).summary).toContain("deployed after 1 s");
  expect(waiting.log.lines.filter((line) => line.startsWith("Waiting"))).toEqual([
    "Waiting: CloudFront brings distribution E1 to its locations, 3 to 20 minutes as a rule",
  ]);
  const none = publication(await registry.image(files), { distribution: "" });
  expect([(await none.work()).summary.includes("Distribution"), none.cdn.calls]).toEqual([false, []]);
});

test("a file that another run adds meanwhile is left alone", async () => {
  const bucket = fakeBucket("shop-static");
  const { s3 } = bucket;
  const send = s3.send;
  s3.send = async (command: { constructor: { name: string }; input: { Key: string; Body: Buffer } }) => {
    if (command.constructor.name === "PutObjectCommand")
      bucket.objects.set(command.input.Key, { Body: Buffer.from("theirs") });
    return send(command);
  };
  const { log, work } = publication(await registry.image(files), {}, { bucket });
  await work();
  expect(String(bucket.objects.get(`static/${css}`)?.Body)).toBe("theirs");
  expect(log.lines).toContain(`static/${css} was added by another run meanwhile`);
});

test("a download that breaks off is begun again, and one with another digest never believed", async () => {
  const image = await registry.image(files);
  registry.faults.broken = 1;
  expect((await publication(image).work()).outputs.published).toBe("2");
  registry.faults.corrupt = true;
  const failure = await failureFrom(publication(image).work);
  registry.faults.corrupt = false;
  expect([failure.reason, failure.message]).toEqual(["image-unreadable", expect.stringContaining("came with digest")]);
}, 20_000);

test("an interrupted run says how far it came", async () => {
  const aborted = AbortSignal.abort();
  const failure = await failureFrom(async () => publication(await registry.image(files)).work(aborted));
  expect(failure.reason).toBe("interrupted");
});

const named = (name: string): Entries => [[`${root}/staticfiles.json`, manifest(name)]];
const cases: readonly (readonly [string, Entries, object, string])[] = [
  ["input-invalid", files, { image: "python:3" }, "Input `image` (python:3) must be an image in Amazon ECR"],
  [
    "image-without-digest",
    files,
    { image: "111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:v1" },
    "because a tag can move",
  ],
  ["input-invalid", files, { source: "app/staticfiles" }, "Input `source` (app/staticfiles) must be the absolute path"],
  ["input-invalid", files, { source: "/app/../etc" }, "Input `source` (/app/../etc) must be"],
  ["input-invalid", files, { manifest: "../x.json" }, "Input `manifest` (../x.json) must be a path within `source`"],
  ["bucket-not-found", files, { bucket: "other" }, "Bucket (other) must exist in this account and region"],
  ["distribution-not-found", files, { distribution: "E2" }, "Distribution (E2) must exist in this account"],
  ["static-files-missing", base, {}, "Path (/app/staticfiles) must be in image shop/web@sha256:"],
  ["static-files-missing", [[`${root}/x`, "x"]], {}, "Path (/app/staticfiles/staticfiles.json) must be in image"],
  ["static-files-missing", named(css), {}, `Path (/app/staticfiles/${css}) must be in image`],
  ["static-manifest-invalid", [[`${root}/staticfiles.json`, "{"]], {}, "must be JSON ("],
  ["static-manifest-invalid", [[`${root}/staticfiles.json`, "[]"]], {}, "must have `paths`, as Django's"],
  ["static-manifest-invalid", [[`${root}/staticfiles.json`, "null"]], {}, "must have `paths`, as Django's"],
  ["static-manifest-invalid", named("../x.0123456789ab.css"), {}, 'names "../x.0123456789ab.css"; run'],
  ["static-manifest-invalid", named("/x.0123456789ab.css"), {}, "must name files below its folder"],
  ["static-manifest-invalid", named("page.css"), {}, "with the hash of their content only, and names page.css; use"],
  [
    "static-link-outside",
    [...named(css), [{ name: `${root}/${css}`, type: "symlink", linkname: "/etc/passwd" }], ["etc/passwd", "root:"]],
    {},
    `File (/app/staticfiles/${css}) must lie in /app/staticfiles, and is a link that leads out of it`,
  ],
];

test.each(cases)("%s (case %#)", async (reason, entries, changes, text) => {
  const { bucket, work } = publication(await registry.image(entries), changes);
  const failure = await failureFrom(work);
  expect([failure.reason, failure.message]).toEqual([reason, expect.stringContaining(text)]);
  expect(bucket.keys()).toEqual([]);
});

test("an image or repository that is not there is named", async () => {
  const [uri = ""] = (await registry.image(files)).split("@");
  expect((await failureFrom(publication(`${uri}@sha256:${"0".repeat(64)}`).work)).reason).toBe("image-not-found");
  const other = `${uri.replace("shop/web", "shop/other")}@sha256:${"0".repeat(64)}`;
  expect((await failureFrom(publication(other).work)).message).toContain(
    "Repository (shop/other) must exist in registry",
  );
});

test("a distribution of another bucket, or one that is off, fails before anything is published", async () => {
  const image = await registry.image(files);
  const elsewhere = cloudfront(["Deployed"], { Origins: { Items: [{ DomainName: "other.s3.amazonaws.com" }] } });
  const off = cloudfront(["Deployed"], { Enabled: false });
  for (const [cdn, text] of [
    [elsewhere, "Distribution (E1) must serve bucket shop-static, and serves other.s3.amazonaws.com"],
    [off, "Distribution (E1) must be enabled"],
  ] as const) {
    const { bucket, work } = publication(image, {}, { cdn });
    const failure = await failureFrom(work);
    expect([failure.reason, failure.message]).toEqual(["distribution-unsuitable", expect.stringContaining(text)]);
    expect(bucket.keys()).toEqual([]);
  }
});

test("a file of the same name with another content stops everything", async () => {
  const bucket = fakeBucket("shop-static");
  bucket.objects.set(`static/${css}`, { Body: Buffer.from("longer than that") });
  const failure = await failureFrom(publication(await registry.image(files), {}, { bucket }).work);
  expect(failure.message).toContain(`File (static/${css}) must be the same in image and bucket; it has 7 bytes`);
  expect(bucket.keys()).toEqual([`static/${css}`]);
});

test.each([
  ["a.css", "text/css; charset=utf-8"],
  ["a.js", "text/javascript; charset=utf-8"],
  ["a.mjs", "text/javascript; charset=utf-8"],
  ["a.json", "application/json; charset=utf-8"],
  ["a.map", "application/json; charset=utf-8"],
  ["a.svg", "image/svg+xml; charset=utf-8"],
  ["a.webmanifest", "application/manifest+json; charset=utf-8"],
  ["a.woff2", "font/woff2"],
  ["a.ico", "image/vnd.microsoft.icon"],
  ["a.png", "image/png"],
  ["a.wasm", "application/wasm"],
  ["LICENSE", "application/octet-stream"],
])("the type of %s is %s", (name, type) => expect(contentType(name)).toBe(type));
