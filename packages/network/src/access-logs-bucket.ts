import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import type { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import type { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import type { PolicyStatement } from "@slipway/core";
import { Construct } from "constructs";
import { shortName } from "./names.ts";
import { keepPrivate, onlyTls } from "./private-bucket.ts";

export interface AccessLogsBucketProps {
  /** The bucket is `<name>-lb-logs-<account>`; lower case, since S3 takes no other. */
  readonly name: string;
  /** Account of the load balancer: its logs come under a path with this number. */
  readonly account: string;
  /** "full": the bucket cannot be destroyed with logs in it. "none": the logs go with it. */
  readonly protection: "full" | "none";
}

/** Days that a log is kept. */
const retention = 90;

/** Where a load balancer's access logs go: private, encrypted, over TLS only, written by nobody but the load balancers of the account. */
export class AccessLogsBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly publicAccessBlock: S3BucketPublicAccessBlock;
  readonly ownershipControls: S3BucketOwnershipControls;
  readonly lifecycleConfiguration: S3BucketLifecycleConfiguration;
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, { name, account, protection }: AccessLogsBucketProps) {
    super(scope, id);
    if (name !== name.toLowerCase()) {
      throw new Error(`name (${name}) must be lower case for access logs, whose bucket has it; rename it.`);
    }
    // Where logs are turned off, the load balancer learns it before any of this goes: otherwise Terraform destroys first.
    const lifecycle = { createBeforeDestroy: true };
    this.bucket = new S3Bucket(this, "bucket", {
      bucket: `${shortName(name, 42)}-lb-logs-${account}`,
      forceDestroy: protection === "none",
      lifecycle: { ...lifecycle, ...(protection === "full" && { preventDestroy: true }) },
    });
    const bucket = this.bucket.bucket;
    const { encryption, publicAccessBlock, ownershipControls } = keepPrivate(this, this.bucket, lifecycle);
    this.encryption = encryption;
    this.publicAccessBlock = publicAccessBlock;
    this.ownershipControls = ownershipControls;
    this.lifecycleConfiguration = new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "logs",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: retention }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      lifecycle,
    });
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: bucketPolicy(this.bucket.arn, account),
      lifecycle,
      // S3 refuses two changes of these at once.
      dependsOn: [this.publicAccessBlock, this.ownershipControls],
    });
  }
}

/** As AWS writes it for every region: the path with the account's number is the limit, since delivery does not say which balancer it is for. */
function bucketPolicy(bucketArn: string, account: string): string {
  const statements: readonly PolicyStatement[] = [
    {
      Sid: "LogDelivery",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${account}/*`,
    },
    onlyTls(bucketArn),
  ];
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
