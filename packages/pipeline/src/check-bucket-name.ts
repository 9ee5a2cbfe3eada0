import { Token } from "cdktf";

/** Refuses names that S3 refuses; dots too, which break TLS to the bucket's own host name. */
export function checkBucketName(name: string): void {
  if (Token.isUnresolved(name)) return;
  if (
    !/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name) ||
    /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--\w+-s3)$/.test(name)
  ) {
    throw new Error(
      `bucketName (${name}) must be 3 to 63 lower-case letters, digits and hyphens, without S3's own beginnings and ends; rename it.`,
    );
  }
}
