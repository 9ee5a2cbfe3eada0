import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import type { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import type { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { PolicyStatement } from "@slipway/core";
import { keepPrivate } from "@slipway/network/private-bucket";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { applyStatements, planWriterStatements } from "./state-access.ts";

export interface StateBackendProps {
  /** Unique among all buckets of all AWS accounts. */
  readonly bucketName: string;
  /** Keys of promises begin with it. @default "promises/" */
  readonly promisePrefix?: string;
  /** Days a plan can be applied. @default 7 */
  readonly promiseExpirationDays?: number;
  /** Days an earlier version of a state stays; the last ten are never deleted. @default 90 */
  readonly stateVersionDays?: number;
}

/**
 * The bucket of Terraform's states: encrypted, versioned, private, reached over TLS 1.2 or newer only, with a prefix whose
 * objects expire. The lock is an object beside each state (`use_lockfile` of the S3 backend), so there is no table to make.
 */
export class StateBackend extends Construct {
  readonly bucket: S3Bucket;
  readonly versioning: S3BucketVersioningA;
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly publicAccessBlock: S3BucketPublicAccessBlock;
  readonly ownershipControls: S3BucketOwnershipControls;
  readonly policy: S3BucketPolicy;
  readonly lifecycleConfiguration: S3BucketLifecycleConfiguration;
  readonly promisePrefix: string;

  constructor(scope: Construct, id: string, props: StateBackendProps) {
    super(scope, id);
    const { bucketName, promisePrefix = "promises/", promiseExpirationDays = 7, stateVersionDays = 90 } = props;
    checkBucketName(bucketName);
    checkPrefix(promisePrefix);
    checkDays("promiseExpirationDays", promiseExpirationDays);
    checkDays("stateVersionDays", stateVersionDays);
    this.promisePrefix = promisePrefix;
    // Always on: without the state, Terraform no longer knows what it manages.
    const lifecycle = { preventDestroy: true };
    this.bucket = new S3Bucket(this, "bucket", { bucket: bucketName, lifecycle });
    // The name is known before the apply: `bootstrap` looks for the settings of a bucket that it imports.
    const bucket = this.bucket.bucket;
    this.versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
      lifecycle,
    });
    const { encryption, publicAccessBlock, ownershipControls } = keepPrivate(this, this.bucket, lifecycle);
    this.encryption = encryption;
    this.publicAccessBlock = publicAccessBlock;
    this.ownershipControls = ownershipControls;
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: stateBucketPolicy(this.bucket.arn),
      lifecycle,
      // S3 refuses two changes of these at once.
      dependsOn: [this.publicAccessBlock],
    });
    this.lifecycleConfiguration = new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: stateLifecycle({ promisePrefix, promiseExpirationDays, stateVersionDays }),
      lifecycle,
      dependsOn: [this.versioning],
    });
  }

  get bucketArn(): string {
    return this.bucket.arn;
  }

  /** IAM statements for a role that plans: reads states and records, writes promises and cannot read them, takes no lock. */
  planWriterStatements(): readonly PolicyStatement[] {
    return planWriterStatements(this);
  }

  /** IAM statements for a role that applies: states, records and locks, and what was reviewed. */
  applyStatements(): readonly PolicyStatement[] {
    return applyStatements(this);
  }
}

function checkPrefix(prefix: string): void {
  if (!/^([a-zA-Z0-9._-]+\/)+$/.test(prefix)) {
    throw new Error(
      `promisePrefix (${prefix}) must be folder names that each end with /; write for example promises/.`,
    );
  }
}

function checkDays(prop: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${prop} (${value}) must be a whole number of days from 1; leave it out for the default.`);
  }
}

export interface StateRetention {
  readonly promisePrefix: string;
  readonly promiseExpirationDays: number;
  readonly stateVersionDays: number;
}

/** Versions of a state that stay however old they are: a stack that changes once a year can still go back. */
const retainedVersions = 10;

/** What S3 removes by itself: promises soon, earlier versions of a state late, uploads that never ended. */
function stateLifecycle(retention: StateRetention): S3BucketLifecycleConfigurationRule[] {
  const { promisePrefix, promiseExpirationDays, stateVersionDays } = retention;
  return [
    // Plan files, which earlier versions stored there, hold secrets.
    ...[
      { id: "promises", prefix: promisePrefix },
      { id: "plans", prefix: "plans/" },
    ].map(({ id, prefix }) => ({
      id,
      status: "Enabled",
      filter: [{ prefix }],
      expiration: [{ days: promiseExpirationDays }],
      noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
    })),
    {
      id: "states",
      status: "Enabled",
      // The whole bucket; of two rules for one object, S3 follows the shorter.
      filter: [{ prefix: "" }],
      // Every lock that is released leaves a marker.
      expiration: [{ expiredObjectDeleteMarker: true }],
      noncurrentVersionExpiration: [{ noncurrentDays: stateVersionDays, newerNoncurrentVersions: retainedVersions }],
      abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
    },
  ];
}

/** Denies requests without TLS 1.2 or newer, also to the account's owner. The roles hold the allow statements. */
function stateBucketPolicy(bucketArn: string): string {
  const deny = (sid: string, condition: NonNullable<PolicyStatement["Condition"]>): PolicyStatement => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: condition,
  });
  const statements = [
    deny("OnlyTls", { Bool: { "aws:SecureTransport": "false" } }),
    deny("OnlyTls12", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
  ];
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Refuses names that S3 refuses; dots too, which break TLS to the bucket's own host name. */
function checkBucketName(name: string): void {
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
