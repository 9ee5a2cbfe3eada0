import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import type { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import type { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { PolicyStatement } from "@slipway/core";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { checkName, shortName } from "./names.ts";
import { keepPrivate, onlyTls } from "./private-bucket.ts";

export interface VersionedBucketProps {
  /** Prefix of the bucket's name; lower case, since S3 takes no other. */
  readonly name: string;
  /** One word for what is in it: the bucket is `<name>-<purpose>-<account>`. */
  readonly purpose: string;
  /** Number of the account: a bucket's name is unique among those of all accounts. */
  readonly account: string;
  /** "full": Terraform refuses to destroy the bucket. "none": its objects go with it. */
  readonly protection: "full" | "none";
}

/** Days that an object can be brought back after it was deleted or overwritten. */
const retention = 90;

/** A private, encrypted bucket that keeps what is deleted or overwritten for 90 days, and parts of uploads that never ended for 7. */
export class VersionedBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly versioning: S3BucketVersioningA;
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly publicAccessBlock: S3BucketPublicAccessBlock;
  readonly ownershipControls: S3BucketOwnershipControls;
  readonly lifecycleConfiguration: S3BucketLifecycleConfiguration;

  constructor(scope: Construct, id: string, props: VersionedBucketProps) {
    super(scope, id);
    const { protection } = props;
    this.bucket = new S3Bucket(this, "bucket", {
      bucket: versionedBucketName(props),
      forceDestroy: protection === "none",
      ...(protection === "full" && { lifecycle: { preventDestroy: true } }),
    });
    const bucket = this.bucket.bucket;
    this.versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    const { encryption, publicAccessBlock, ownershipControls } = keepPrivate(this, this.bucket);
    this.encryption = encryption;
    this.publicAccessBlock = publicAccessBlock;
    this.ownershipControls = ownershipControls;
    this.lifecycleConfiguration = new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "earlier-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ expiredObjectDeleteMarker: true }],
          noncurrentVersionExpiration: [{ noncurrentDays: retention }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      // S3 takes rules for earlier versions where there are such.
      dependsOn: [this.versioning],
    });
  }

  /** The bucket's policy: nobody does anything without TLS, and whom `statements` name may do what they say. Once for each bucket. */
  allow(statements: readonly PolicyStatement[]): S3BucketPolicy {
    return new S3BucketPolicy(this, "policy", {
      bucket: this.bucket.bucket,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [...statements, onlyTls(this.bucket.arn)] }),
      // S3 refuses two changes of these at once.
      dependsOn: [this.publicAccessBlock, this.ownershipControls],
    });
  }
}

/** What a bucket is called, for those who name it before it is there. */
export function versionedBucketName(props: Pick<VersionedBucketProps, "name" | "purpose" | "account">): string {
  const { name, purpose, account } = props;
  checkName("name", name);
  if (!Token.isUnresolved(name) && name !== name.toLowerCase()) {
    throw new Error(`name (${name}) must be lower case, as a bucket has it; rename it.`);
  }
  if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
    throw new Error(`account (${account}) must be 12 digits; give the account's number.`);
  }
  // S3 takes 63 characters.
  return `${shortName(name, 49 - purpose.length)}-${purpose}-${account}`;
}
