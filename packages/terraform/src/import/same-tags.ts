import type { Values } from "./finder.ts";

/** Tags as the services spell them. */
export type AwsTags =
  | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
  | readonly { readonly key?: string | undefined; readonly value?: string | undefined }[]
  | Readonly<Record<string, string>>
  | undefined;

/** True when the object bears every tag that the plan gives it, so that nobody else's object of that name is taken over. */
export function sameTags(values: Values, tags: AwsTags): boolean {
  const wanted = Object.entries((values.tags_all ?? {}) as Record<string, string>);
  const found = new Map(Array.isArray(tags) ? tags.map((tag) => pair(tag)) : Object.entries(tags ?? {}));
  return wanted.length > 0 && wanted.every(([key, value]) => found.get(key) === value);
}

function pair(tag: { Key?: string; Value?: string; key?: string; value?: string }): [string, string] {
  return [tag.Key ?? tag.key ?? "", tag.Value ?? tag.value ?? ""];
}
