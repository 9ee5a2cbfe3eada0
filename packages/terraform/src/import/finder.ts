import type { AwsClientConfig } from "@slipway/core";

/** Attribute values of a planned create; those not known yet are absent, those not set are null. */
export type Values = Readonly<Record<string, unknown>>;

/** Looks for the object of one planned create: its import id, or undefined. */
export type Finder = (values: Values) => Promise<string | undefined>;

/** Makes the finders of one AWS service by resource type; the client is made on first use. */
export type FinderFactory = (config: AwsClientConfig) => Readonly<Record<string, Finder>>;

/** Tags as the services spell them. */
export type AwsTags =
  | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
  | readonly { readonly key?: string | undefined; readonly value?: string | undefined }[]
  | Readonly<Record<string, string>>
  | undefined;

/** True if the object has every tag of the plan, so that another owner's object of that name is not imported. */
export function sameTags(values: Values, tags: AwsTags): boolean {
  const wanted = Object.entries((values.tags_all ?? {}) as Record<string, string>);
  const found = new Map(Array.isArray(tags) ? tags.map((tag) => pair(tag)) : Object.entries(tags ?? {}));
  return wanted.length > 0 && wanted.every(([key, value]) => found.get(key) === value);
}

function pair(tag: { Key?: string; Value?: string; key?: string; value?: string }): [string, string] {
  return [tag.Key ?? tag.key ?? "", tag.Value ?? tag.value ?? ""];
}
