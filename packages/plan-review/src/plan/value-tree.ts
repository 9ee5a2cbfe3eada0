import type { Json } from "./plan-json.ts";
import type { Leaf, Scalar } from "./plan-model.ts";

export type Tree =
  | Leaf
  | { readonly kind: "list"; readonly items: readonly Tree[] }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Tree> };

/** A planned value with what is sensitive or unknown marked at its place; JSON inside strings becomes part of the tree. */
export function valueTree(value: Json | undefined, sensitive: Json | undefined, unknown: Json | undefined): Tree {
  if (unknown === true) return { kind: "unknown" };
  if (sensitive === true) return { kind: "sensitive", value: flat(value ?? null) };
  if (typeof value === "string") return stringTree(value);
  if (Array.isArray(value) || Array.isArray(unknown)) {
    const items = Array.isArray(value) ? value : [];
    const length = Math.max(items.length, Array.isArray(unknown) ? unknown.length : 0);
    const trees = Array.from({ length }, (_, index) =>
      valueTree(items[index], child(sensitive, index), child(unknown, index)),
    );
    return listTree(trees);
  }
  if (isMap(value) || isMap(unknown)) {
    const keys = new Set([...Object.keys(isMap(value) ? value : {}), ...Object.keys(isMap(unknown) ? unknown : {})]);
    const entries = [...keys].map((key): [string, Tree] => [
      key,
      valueTree(child(value, key), child(sensitive, key), child(unknown, key)),
    ]);
    return { kind: "map", entries: new Map(withReferences(entries)) };
  }
  return { kind: "value", value: (value ?? null) as Scalar, reference: false };
}

/** Plain lists are one leaf: an argument list is read as a whole. */
function listTree(items: readonly Tree[]): Tree {
  const plain = items.every((item) => item.kind === "value" && !Array.isArray(item.value));
  if (!plain) return { kind: "list", items };
  const values = items.map((item) => (item.kind === "value" ? (item.value as Scalar) : null));
  return { kind: "value", value: values, reference: false };
}

function stringTree(text: string): Tree {
  const first = text.trimStart()[0];
  if (first === "{" || first === "[") {
    const parsed = parse(text);
    if (parsed !== undefined) return valueTree(parsed, undefined, undefined);
  }
  return { kind: "value", value: text, reference: false };
}

function parse(text: string): Json | undefined {
  try {
    const parsed = JSON.parse(text) as Json;
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The value of a CodeBuild variable that names a parameter or secret is a reference, not the secret. */
function withReferences(entries: [string, Tree][]): [string, Tree][] {
  const kind = entries.find(([key]) => key === "type")?.[1];
  const names = kind?.kind === "value" && /^(PARAMETER_STORE|SECRETS_MANAGER)$/.test(String(kind.value));
  return entries.map(([key, tree]) =>
    tree.kind === "value" && (/^value_?from$/i.test(key) || (names && key === "value"))
      ? [key, { ...tree, reference: true }]
      : [key, tree],
  );
}

function flat(value: Json): Scalar {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Scalar);
}

function isMap(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function child(value: Json | undefined, key: string | number): Json | undefined {
  // A mark on the whole counts for every part.
  if (value === true) return true;
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { readonly [key: string]: Json })[String(key)];
}
