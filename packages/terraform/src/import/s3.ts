import type { S3Client } from "@aws-sdk/client-s3";
import type { Finder, FinderFactory, Values } from "./finder.ts";

type Sdk = typeof import("@aws-sdk/client-s3");
type ReadSetting = (sdk: Sdk, s3: S3Client, Bucket: string) => Promise<unknown>;

/**
 * S3 buckets and their settings, all by the bucket's name, which is unique in the world: no tags are compared. A setting that was never
 * made cannot be imported, so each is asked for first.
 */
export const s3Finders: FinderFactory = (config) => {
  const finder =
    (readSetting: ReadSetting): Finder =>
    async ({ bucket }: Values) => {
      if (typeof bucket !== "string") return undefined;
      const sdk = await import("@aws-sdk/client-s3");
      try {
        return (await readSetting(sdk, new sdk.S3Client(config), bucket)) === undefined ? undefined : bucket;
      } catch (error) {
        if (missing.test((error as Error).name)) return undefined;
        throw error;
      }
    };
  return {
    aws_s3_bucket: finder((sdk, s3, Bucket) => s3.send(new sdk.HeadBucketCommand({ Bucket }))),
    aws_s3_bucket_versioning: finder(
      async (sdk, s3, Bucket) => (await s3.send(new sdk.GetBucketVersioningCommand({ Bucket }))).Status,
    ),
    aws_s3_bucket_server_side_encryption_configuration: finder((sdk, s3, Bucket) =>
      s3.send(new sdk.GetBucketEncryptionCommand({ Bucket })),
    ),
    aws_s3_bucket_public_access_block: finder((sdk, s3, Bucket) =>
      s3.send(new sdk.GetPublicAccessBlockCommand({ Bucket })),
    ),
    aws_s3_bucket_ownership_controls: finder((sdk, s3, Bucket) =>
      s3.send(new sdk.GetBucketOwnershipControlsCommand({ Bucket })),
    ),
    aws_s3_bucket_policy: finder((sdk, s3, Bucket) => s3.send(new sdk.GetBucketPolicyCommand({ Bucket }))),
    aws_s3_bucket_lifecycle_configuration: finder((sdk, s3, Bucket) =>
      s3.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket })),
    ),
  };
};

const missing =
  /^(NotFound|NoSuchBucket|NoSuchBucketPolicy|NoSuchPublicAccessBlockConfiguration|NoSuchLifecycleConfiguration|ServerSideEncryptionConfigurationNotFoundError|OwnershipControlsNotFoundError)$/;
