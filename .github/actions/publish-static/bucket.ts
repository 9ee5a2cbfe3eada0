import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ActionFailure, clientOptions, mapAwsErrors, pause } from "@slipway/core";
import mime from "mime";

/** Where static files lie in the bucket: the path of `STATIC_URL`, so that the app itself can serve them under the same path. */
export const staticPrefix = "static/";

/** What was published of an image, kept for whoever removes files that no image needs. */
export interface Release {
  readonly image: string;
  /** Folder of the image. */
  readonly source: string;
  readonly manifest: string;
  /** Key in the bucket → bytes. */
  readonly files: Readonly<Record<string, number>>;
}

/** A client of the session's region, where the bucket is. */
export function s3Client(): S3Client {
  return new S3Client(clientOptions);
}

/** Key of the note about an image, by its digest. */
export function releaseKey(digest: string): string {
  return `releases/${digest.replace("sha256:", "")}.json`;
}

/** Every static file of the bucket: key → bytes. One listing, however many files are asked for. */
export async function listStaticFiles(s3: S3Client, bucket: string): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>();
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: staticPrefix,
      ...(token !== undefined && { ContinuationToken: token }),
    });
    const answer = await mapAwsErrors(s3.send(command), bucketFailures(bucket));
    for (const { Key = "", Size = 0 } of answer.Contents ?? []) files.set(Key, Size);
    token = answer.NextContinuationToken;
  } while (token !== undefined);
  return files;
}

function bucketFailures(bucket: string) {
  const failure = (error: Error) =>
    new ActionFailure(
      "bucket-not-found",
      `Bucket (${bucket}) must exist in this account and region (${error.message})`,
      "apply the static-site stack, or correct `bucket`",
    );
  return { NoSuchBucket: failure, PermanentRedirect: failure };
}

/** The note about an image; undefined when there is none. */
export async function readRelease(s3: S3Client, bucket: string, digest: string): Promise<Release | undefined> {
  try {
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: releaseKey(digest) }));
    return JSON.parse((await answer.Body?.transformToString()) ?? "") as Release;
  } catch (error) {
    // A bucket that is missing is named by the listing; a note that cannot be read is none.
    if (error instanceof SyntaxError || /^NoSuch(Key|Bucket)$/.test((error as Error).name)) return undefined;
    throw error;
  }
}

/** Writes the note about an image, once. */
export function writeRelease(s3: S3Client, bucket: string, release: Release): Promise<"added" | "there"> {
  const body = Buffer.from(JSON.stringify(release, null, 2));
  return put(s3, { Bucket: bucket, Key: releaseKey(release.image), Body: body, ContentType: "application/json" });
}

/** Adds a static file, and leaves one that is there as it is. */
export function addStaticFile(
  s3: S3Client,
  bucket: string,
  file: { readonly key: string; readonly content: Buffer },
): Promise<"added" | "there"> {
  return put(s3, {
    Bucket: bucket,
    Key: file.key,
    Body: file.content,
    ContentType: contentType(file.key),
    // The name changes with the content.
    CacheControl: "public, max-age=31536000, immutable",
  });
}

interface NewObject {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: Buffer;
  readonly ContentType: string;
  readonly CacheControl?: string;
}

async function put(s3: S3Client, object: NewObject): Promise<"added" | "there"> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // The deploy role may add objects only in this way.
      await s3.send(new PutObjectCommand({ ...object, IfNoneMatch: "*" }));
      return "added";
    } catch (error) {
      const { name } = error as Error;
      if (name === "PreconditionFailed") return "there";
      // Another run is writing the same file, and may fail.
      if (name !== "ConditionalRequestConflict" || attempt === 5) throw error;
      await pause(attempt * 200, new AbortController().signal);
    }
  }
}

/** Media type of a file by its name, with the charset where it is text. */
export function contentType(name: string): string {
  const type = mime.getType(name) ?? "application/octet-stream";
  return /^text\/|[/+](json|xml)$/.test(type) ? `${type}; charset=utf-8` : type;
}
