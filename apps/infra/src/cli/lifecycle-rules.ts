import type { LifecycleRule } from "@aws-sdk/client-s3";

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** The lifecycle rules that a stack's synthesized JSON gives its bucket, as S3's own API names them; undefined where it gives none. */
export function lifecycleRules(definition: string): LifecycleRule[] | undefined {
  const { resource } = JSON.parse(definition) as {
    resource?: { aws_s3_bucket_lifecycle_configuration?: Readonly<Record<string, { readonly rule: Json }>> };
  };
  const [configuration] = Object.values(resource?.aws_s3_bucket_lifecycle_configuration ?? {});
  return configuration === undefined ? undefined : (toApi(configuration.rule) as unknown as LifecycleRule[]);
}

/** Terraform writes a nested object as a block, which is a list of one; rules, the outermost list, stay one. */
function toApi(value: Json, nested = false): Json {
  if (Array.isArray(value)) {
    const [first, ...more] = value;
    return nested && more.length === 0 ? toApi(first, true) : value.map((each) => toApi(each, true));
  }
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [apiName(key), toApi(each, true)]));
}

function apiName(attribute: string): string {
  return attribute === "id" ? "ID" : attribute.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
