import type { LifecycleRule } from "@aws-sdk/client-s3";
import { Failure } from "@slipway/core";

type Values = Readonly<Record<string, unknown>>;

/** What a block of Terraform's, or a rule itself, is for S3's API: each attribute by its name there. */
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
 * The lifecycle rules that a stack's synthesized JSON gives its bucket, as S3's own API names them; undefined where it gives none.
 * Throws a `Failure` on an attribute that it does not know: the bucket would get other rules than the JSON says.
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
          "add it to apps/cli/src/environment/lifecycle-rules.ts",
        );
      }
      // A block is a list of one.
      return [name, Array.isArray(value) ? toApi(attribute, value[0] as Values) : value];
    }),
  );
}
