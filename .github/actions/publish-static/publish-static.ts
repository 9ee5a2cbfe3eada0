import type { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import type { ECRClient } from "@aws-sdk/client-ecr";
import type { S3Client } from "@aws-sdk/client-s3";
import { ActionFailure, type ActionResult, type Log } from "@slipway/core";
import {
  addStaticFile,
  listStaticFiles,
  type Release,
  readRelease,
  releaseKey,
  staticPrefix,
  writeRelease,
} from "./bucket.ts";
import { awaitDeployed, isDeployed } from "./distribution.ts";
import { type ImageFolder, openImageFolder } from "./image-folder.ts";
import { type RegistryImage, registryImage } from "./image-manifest.ts";
import { type PublishReport, publishSummary } from "./summary.ts";

export interface PublishStaticInput {
  /** The image by digest. */
  readonly image: string;
  readonly bucket: string;
  /** Id of the distribution to wait for; empty for none. */
  readonly distribution: string;
  /** Folder of the image, absolute. */
  readonly source: string;
  /** Relative to the folder. */
  readonly manifest: string;
  /** Uploads at a time. */
  readonly concurrency: number;
  readonly timeoutMinutes: number;
  readonly pollSeconds: number;
  readonly dryRun: boolean;
}

interface Clients {
  readonly ecr: (region: string) => ECRClient;
  readonly s3: S3Client;
  readonly cloudfront: CloudFrontClient;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Adds the static files of an image to a bucket, before the image is deployed. Nothing there is overwritten or deleted. */
export async function publishStatic(input: PublishStaticInput, clients: Clients): Promise<ActionResult> {
  const image = registryImage(input.image);
  checkPaths(input);
  const { s3, log } = clients;
  const { bucket, distribution: id } = input;
  const cloudfront = id === "" ? undefined : { cloudfront: clients.cloudfront, id, bucket };
  const [there, noted] = await Promise.all([
    listStaticFiles(s3, bucket),
    readRelease(s3, bucket, image.digest),
    // A wrong distribution is said before anything is published.
    cloudfront === undefined ? undefined : isDeployed(cloudfront),
  ]);
  const work = { input, image, there, clients };
  const report = sameFolder(noted, input) && hasAll(noted, there) ? unchanged(work, noted) : await publish(work);
  let waited: number | undefined;
  if (cloudfront !== undefined && !input.dryRun) waited = await awaitDeployed(cloudfront, { ...input, ...clients });
  log.info(`${input.dryRun ? "Would publish" : "Published"} ${report.added.length} of ${report.files} static files`);
  return {
    outputs: {
      files: String(report.files),
      published: String(report.added.length),
      "published-bytes": String(report.addedBytes),
      "already-there": String(report.files - report.added.length),
      release: releaseKey(image.digest),
    },
    summary: publishSummary({ ...report, input, waited }),
  };
}

function checkPaths({ source, manifest }: PublishStaticInput): void {
  const safe = (path: string) => path.split("/").every((part) => !["", ".", ".."].includes(part));
  if (!source.startsWith("/") || !safe(source.slice(1))) {
    const what = `Input \`source\` (${source}) must be the absolute path of a folder in the image`;
    throw new ActionFailure("input-invalid", what, "write Django's STATIC_ROOT, such as /app/staticfiles");
  }
  if (!safe(manifest)) {
    const what = `Input \`manifest\` (${manifest}) must be a path within \`source\``;
    throw new ActionFailure("input-invalid", what, "write staticfiles.json, which is Django's default");
  }
}

function sameFolder(noted: Release | undefined, { source, manifest }: PublishStaticInput): noted is Release {
  return noted?.source === source && noted.manifest === manifest;
}

const hasAll = (noted: Release, there: ReadonlyMap<string, number>) =>
  Object.keys(noted.files).every((key) => there.has(key));

interface Work {
  readonly input: PublishStaticInput;
  readonly image: RegistryImage;
  readonly there: ReadonlyMap<string, number>;
  readonly clients: Clients;
}

type Outcome = Pick<PublishReport, "files" | "bytes" | "added" | "addedBytes">;

/** The image was published before: its note says so, and every file is there. The image itself is not read. */
function unchanged({ clients, image }: Work, { files }: Release): Outcome {
  clients.log.info(`Published before, as ${releaseKey(image.digest)} says; every file is there`);
  return { files: Object.keys(files).length, bytes: sum(Object.values(files)), added: [], addedBytes: 0 };
}

async function publish(work: Work): Promise<Outcome> {
  const { input, image, there, clients } = work;
  const { source, manifest, bucket, dryRun } = input;
  const folder = await openImageFolder({ image, source, manifest, ...clients, ecr: clients.ecr(image.region) });
  try {
    const files = Object.fromEntries([...folder.sizes].map(([name, size]) => [`${staticPrefix}${name}`, size]));
    checkSame(files, there, bucket);
    const missing = Object.keys(files).filter((key) => !there.has(key));
    if (!dryRun) {
      await upload(missing, folder, work);
      await writeRelease(clients.s3, bucket, { image: image.digest, source, manifest, files });
    }
    const addedBytes = sum(missing.map((key) => files[key] ?? 0));
    return { files: folder.sizes.size, bytes: sum(Object.values(files)), added: missing, addedBytes };
  } finally {
    await folder.close();
  }
}

/** A file of the same name with another content would be what the new version's pages get. */
function checkSame(files: Release["files"], there: Work["there"], bucket: string): void {
  const other = Object.entries(files).find(([key, size]) => there.has(key) && there.get(key) !== size);
  if (other === undefined) return;
  const [key, size] = other;
  throw new ActionFailure(
    "static-file-differs",
    `File (${key}) must be the same in image and bucket; it has ${size} bytes in the image and ${there.get(key)} in ${bucket}`,
    "change its content, so that its name changes: what browsers keep for a year cannot be replaced",
  );
}

/** Uploads so many at a time. The first failure ends all. */
async function upload(keys: readonly string[], folder: ImageFolder, { input, clients }: Work): Promise<void> {
  const { s3, log, signal } = clients;
  const queue = [...keys];
  let failed = false;
  const worker = async () => {
    for (let key = queue.shift(); key !== undefined && !failed; key = queue.shift()) {
      if (signal.aborted) throw interrupted(keys.length - queue.length - 1, keys.length);
      const content = await folder.read(key.slice(staticPrefix.length));
      const ended = await addStaticFile(s3, input.bucket, { key, content });
      if (ended === "there") log.info(`${key} was added by another run meanwhile`);
    }
  };
  const guarded = () =>
    worker().catch((error) => {
      failed = true;
      throw error;
    });
  await Promise.all(Array.from({ length: input.concurrency }, guarded));
}

function interrupted(done: number, all: number): ActionFailure {
  const what = `Interrupted after ${done} of ${all} files`;
  return new ActionFailure("interrupted", what, "run again: what is published already is skipped");
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
