import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { policy } from "@slipway/core";
import { VersionedBucket, type VersionedBucketProps } from "@slipway/network";
import { Construct } from "constructs";

export interface MediaBucketProps extends Pick<VersionedBucketProps, "account"> {
  /** The bucket is `<name>-media-<account>`; lower case, since S3 takes no other. */
  readonly name: string;
  /** "full": Terraform refuses to destroy it. "none": the uploads go with it. @default "full" */
  readonly protection?: VersionedBucketProps["protection"];
}

/**
 * What users of an app upload: private, never under the name of the static files, whose scripts it would share an origin with. What is
 * deleted or overwritten can be brought back for 90 days.
 */
export class MediaBucket extends Construct {
  readonly bucket: VersionedBucket;
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, { name, account, protection = "full" }: MediaBucketProps) {
    super(scope, id);
    this.bucket = new VersionedBucket(this, "uploads", { name, purpose: "media", account, protection });
    this.policy = this.bucket.allow([]);
  }

  /** What an app is told in `MEDIA_BUCKET`. */
  get bucketName(): string {
    return this.bucket.bucket.bucket;
  }

  get bucketArn(): string {
    return this.bucket.bucket.arn;
  }

  /** Lets a role read, write and delete uploads, but no earlier version of one. The policy lies beside the role, whose stack comes later. */
  grant(role: IamRole): IamRolePolicy {
    const { bucketArn } = this;
    return new IamRolePolicy(role, "media", {
      name: "media",
      role: role.name,
      policy: policy([
        {
          Sid: "Uploads",
          Effect: "Allow",
          Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
          Resource: `${bucketArn}/*`,
        },
        // Without it S3 says 403 of an object that is not there, and an app that asks before it writes fails.
        { Sid: "Names", Effect: "Allow", Action: ["s3:ListBucket"], Resource: bucketArn },
      ]),
    });
  }
}
