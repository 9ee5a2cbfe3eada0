import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { Construct } from "constructs";
import type { VersionedBucket } from "../versioned-bucket.ts";

export type SiteMode = "assets" | "spa" | "site";

/** Seconds that CloudFront remembers that a file is not there. */
const remembered = 10;

/** What is answered for a file that is not there. To a distribution that may not list the bucket, S3 says 403 of it. */
export function errorPages(mode: SiteMode) {
  const answer =
    mode === "spa"
      ? { responseCode: 200, responsePagePath: "/index.html" }
      : { responseCode: 404, responsePagePath: `/${notFoundKey}` };
  return [403, 404].map((errorCode) => ({ errorCode, ...answer, errorCachingMinTtl: remembered }));
}

const notFoundKey = "404.html";

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Not found</title>
<p>There is no such file.</p>
</html>
`;

/** The page for files that are not there. Without it, CloudFront would hand on the 403 of S3. */
export function notFoundPage(scope: Construct, { bucket, versioning }: VersionedBucket): S3Object {
  return new S3Object(scope, "not-found", {
    bucket: bucket.bucket,
    key: notFoundKey,
    content: html,
    contentType: "text/html; charset=utf-8",
    // A browser asks again: the file may have been published since.
    cacheControl: "no-store",
    dependsOn: [versioning],
  });
}
