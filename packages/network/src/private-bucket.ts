import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import type { PolicyStatement } from "@slipway/core";
import type { TerraformResourceLifecycle } from "cdktf";
import type { Construct } from "constructs";

/** What keeps a bucket private, whatever it is for. */
export interface PrivateBucketParts {
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly publicAccessBlock: S3BucketPublicAccessBlock;
  readonly ownershipControls: S3BucketOwnershipControls;
}

/**
 * Encrypts a bucket with S3's own keys and closes it to the public, in the construct that the bucket is part of.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function keepPrivate(
  scope: Construct,
  { bucket }: S3Bucket,
  lifecycle?: TerraformResourceLifecycle,
): PrivateBucketParts {
  const kept = lifecycle === undefined ? {} : { lifecycle };
  return {
    encryption: new S3BucketServerSideEncryptionConfigurationA(scope, "encryption", {
      bucket,
      // The only kind that load balancers can write their logs with.
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      ...kept,
    }),
    publicAccessBlock: new S3BucketPublicAccessBlock(scope, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      ...kept,
    }),
    // Whatever another account writes belongs to this one.
    ownershipControls: new S3BucketOwnershipControls(scope, "ownership", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
      ...kept,
    }),
  };
}

/** Denies everybody, the account's owner too, what is asked without TLS. */
export function onlyTls(bucketArn: string): PolicyStatement {
  return {
    Sid: "OnlyTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
