import type { LifecycleRule } from "@aws-sdk/client-s3";
import { awsClientConfig, Failure, type Variables } from "@slipway/core";

export interface StateBucketRequest {
  readonly bucket: string;
  readonly account: string;
  readonly region: string;
  /** Lifecycle rules for a new bucket. They are set here because the provider waits a minute for S3 to return rules that it created. */
  readonly lifecycleRules?: LifecycleRule[] | undefined;
}

/** Creates the bucket if it does not exist, and returns whether it did. The stack imports the bucket and manages its settings. */
export async function ensureStateBucket(
  request: StateBucketRequest,
  variables: Variables,
): Promise<"created" | "exists"> {
  const { bucket: Bucket, account, region, lifecycleRules: Rules } = request;
  const sdk = await import("@aws-sdk/client-s3");
  const s3 = new sdk.S3Client({ ...awsClientConfig(variables), region });
  const found = await s3.send(new sdk.HeadBucketCommand({ Bucket, ExpectedBucketOwner: account })).then(
    ({ BucketRegion }) => ({ status: 200, region: BucketRegion }),
    (error: HeadError) => ({ status: headStatus(error), region: error.$response?.headers?.["x-amz-bucket-region"] }),
  );
  if (found.status === 403) throw bucketTaken(Bucket);
  if (found.status !== 404) {
    if (found.region !== undefined && found.region !== region) throw wrongRegion(request, found.region);
    return "exists";
  }
  // us-east-1 has no LocationConstraint.
  const configuration =
    region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } };
  try {
    await s3.send(new sdk.CreateBucketCommand({ Bucket, ...configuration }));
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "BucketAlreadyOwnedByYou") return "exists";
    if (name === "BucketAlreadyExists") throw bucketTaken(Bucket);
    throw new Failure(`bucket ${Bucket} could not be made: ${message}`, "fix that and run bootstrap again");
  }
  if (Rules !== undefined) {
    const rules = { Bucket, ExpectedBucketOwner: account, LifecycleConfiguration: { Rules } };
    // If this call fails, Terraform creates the rules or reports why it cannot.
    await s3.send(new sdk.PutBucketLifecycleConfigurationCommand(rules)).catch(() => undefined);
  }
  return "created";
}

interface HeadError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

function headStatus(error: HeadError): number {
  const status = error.$metadata?.httpStatusCode;
  if (status === 301 || status === 403 || status === 404) return status;
  throw new Failure(`S3 must show whether there is a bucket (it said: ${error.message})`, "run bootstrap again");
}

function bucketTaken(bucket: string): Failure {
  return new Failure(
    `stateBucket (${bucket}) must be free or yours, but belongs to another account or is hidden from these credentials`,
    "names are shared by all accounts of AWS, so choose another in apps/infra/src/environments.ts",
  );
}

function wrongRegion({ bucket, region }: StateBucketRequest, actual: string): Failure {
  return new Failure(
    `stateBucket (${bucket}) must be in ${region}, but is in ${actual}`,
    "choose another name in apps/infra/src/environments.ts",
  );
}

type Values = Readonly<Record<string, unknown>>;

/** Names of Terraform's lifecycle attributes in the S3 API, by block. */
const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  rule: {
    id: "ID",
    status: "Status",
    filter: "Filter",
    expiration: "Expiration",
    noncurrent_version_expiration: "NoncurrentVersionExpiration",
    abort_incomplete_multipart_upload: "AbortIncompleteMultipartUpload",
  },
  filter: { prefix: "Prefix" },
  expiration: { days: "Days", expired_object_delete_marker: "ExpiredObjectDeleteMarker" },
  noncurrent_version_expiration: {
    noncurrent_days: "NoncurrentDays",
    newer_noncurrent_versions: "NewerNoncurrentVersions",
  },
  abort_incomplete_multipart_upload: { days_after_initiation: "DaysAfterInitiation" },
};

/**
 * Converts the lifecycle rules in a stack's synthesized JSON to the S3 API's names; undefined where there are none.
 * Throws a `Failure` on an unknown attribute, because dropping it would change the rules.
 */
export function lifecycleRules(definition: string): LifecycleRule[] | undefined {
  const { resource } = JSON.parse(definition) as {
    resource?: {
      aws_s3_bucket_lifecycle_configuration?: Readonly<Record<string, { readonly rule: readonly Values[] }>>;
    };
  };
  const [configuration] = Object.values(resource?.aws_s3_bucket_lifecycle_configuration ?? {});
  return configuration?.rule.map((rule) => toApi("rule", rule) as unknown as LifecycleRule);
}

function toApi(kind: string, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([attribute, value]) => {
      const name = names[kind]?.[attribute];
      if (name === undefined) {
        throw new Failure(
          `lifecycle rule (${attribute}) must be one that bootstrap knows`,
          "add it to apps/cli/src/environment/state-bucket.ts",
        );
      }
      // Terraform's JSON has a block as a list with one element.
      return [name, Array.isArray(value) ? toApi(attribute, value[0] as Values) : value];
    }),
  );
}
