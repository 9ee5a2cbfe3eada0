import { type PolicyStatement, statement } from "@slipway/core";
import type { EnvironmentParts } from "./environment-parts.ts";
import type { EnvironmentScope } from "./environment-scope.ts";

/** Making, setting up and removing the buckets of an environment. What is in them is removed only where it goes with the bucket. */
export function bucketStatements({ parts = {} }: EnvironmentScope): readonly PolicyStatement[] {
  const { staticBucketArn, bucketRemoval = "empty" } = parts;
  const buckets = bucketArns(parts);
  if (buckets.length === 0) return [];
  return [
    statement.allow("Buckets", bucketActions, buckets),
    // The provider removes an object with all of its versions.
    statement.allow("ListVersions", ["s3:ListBucketVersions"], buckets),
    ...(staticBucketArn === undefined
      ? []
      : [statement.allow("MissingPage", pageWrites, missingPage(staticBucketArn))]),
    ...(bucketRemoval === "empty"
      ? []
      : [
          statement.allow(
            "Objects",
            ["s3:DeleteObject", "s3:DeleteObjectVersion"],
            buckets.map((bucket) => `${bucket}/*`),
          ),
        ]),
  ];
}

export function bucketArns({ staticBucketArn, mediaBucketArn }: EnvironmentParts): readonly string[] {
  return [staticBucketArn, mediaBucketArn].filter((each) => each !== undefined);
}

/** The one file that the stack itself puts among the static ones. */
export function missingPage(staticBucketArn: string): string {
  return `${staticBucketArn}/404.html`;
}

export const pageReads = ["s3:GetObject", "s3:GetObjectTagging"];
const pageWrites = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging"];

const bucketActions = [
  "CreateBucket",
  "DeleteBucket",
  "DeleteBucketPolicy",
  // By it AWS answers whether a bucket is there.
  "ListBucket",
  "PutBucketOwnershipControls",
  "PutBucketPolicy",
  "PutBucketPublicAccessBlock",
  "PutBucketTagging",
  "PutBucketVersioning",
  "PutEncryptionConfiguration",
  "PutLifecycleConfiguration",
  // By these two the provider tags a bucket from 6.23 on; 5.x does not ask them.
  "TagResource",
  "UntagResource",
].map((each) => `s3:${each}`);
