import type { Json } from "./plan-json.ts";
import type { AttributeChange, Leaf, Scalar, Step } from "./plan-model.ts";

type Difference = Omit<AttributeChange, "forcesReplacement">;

const labels = ["name", "Name", "sid", "Sid", "key", "Key", "parameter_key", "ParameterKey", "option_name", "id", "Id"];

/** Every leaf in which two values differ. What is null, empty or missing counts as the same nothing. */
export function diffTrees(before: Tree | undefined, after: Tree | undefined, path: readonly Step[] = []): Difference[] {
  if (before === undefined && after === undefined) return [];
  if (before?.kind === "map" || after?.kind === "map") return diffMaps(before, after, path);
  if (before?.kind === "list" || after?.kind === "list") return diffLists(before, after, path);
  return difference(asLeaf(before), asLeaf(after), path);
}

function difference(before: Leaf | undefined, after: Leaf | undefined, path: readonly Step[]): Difference[] {
  const [old, new_] = [present(before), present(after)];
  if (old === undefined && new_ === undefined) return [];
  if (old && new_ && sameLeaf(old, new_)) return [];
  return [{ path, before: old, after: new_ }];
}

function diffMaps(before: Tree | undefined, after: Tree | undefined, path: readonly Step[]): Difference[] {
  const [old, new_] = [entriesOf(before), entriesOf(after)];
  const keys = [...new Set([...old.keys(), ...new_.keys()])].sort();
  const whole = [leafBeside(before), leafBeside(after)] as const;
  const own = whole[0] || whole[1] ? difference(whole[0], whole[1], path) : [];
  const inner = keys.flatMap((key) => {
    const label = pairLabel(key, new_) ?? pairLabel(key, old);
    return diffTrees(old.get(key), new_.get(key), [...path, label === undefined ? { key } : { key, label }]);
  });
  return [...own, ...inner];
}

/** In `{name, value}` the value belongs to the name. */
function pairLabel(key: string, entries: ReadonlyMap<string, Tree>): string | undefined {
  return /^(parameter_?|string_?)?value$/i.test(key) ? labelOf({ kind: "map", entries }) : undefined;
}

function diffLists(before: Tree | undefined, after: Tree | undefined, path: readonly Step[]): Difference[] {
  const own = difference(leafBeside(before), leafBeside(after), path);
  const [old, new_] = [itemsOf(before), itemsOf(after)];
  const [oldNames, newNames] = [old.map(labelOf), new_.map(labelOf)];
  if (distinct(oldNames) && distinct(newNames)) {
    const names = [...new Set([...oldNames, ...newNames])] as string[];
    const pairs = names.map((name) => [name, old[oldNames.indexOf(name)], new_[newNames.indexOf(name)]] as const);
    return [
      ...own,
      ...otherOrder(oldNames as string[], newNames as string[], path),
      ...pairs.flatMap(([name, a, b]) => named(diffTrees(a, b, [...path, { key: name, label: name }]), name)),
    ];
  }
  // What is the same somewhere is the same item in another place.
  const remaining = new Map<string, number>();
  for (const item of new_) remaining.set(print(item), (remaining.get(print(item)) ?? 0) + 1);
  const removed = old.filter((item) => !take(remaining, print(item)));
  const unmatched = new Map<string, number>();
  for (const item of old) unmatched.set(print(item), (unmatched.get(print(item)) ?? 0) + 1);
  const added = new_.filter((item) => !take(unmatched, print(item)));
  const pairs = Array.from({ length: Math.max(removed.length, added.length) }, (_, index) => [
    removed[index],
    added[index],
  ]);
  return [
    ...own,
    ...otherOrder(old.map(print), new_.map(print), path),
    ...pairs.flatMap(([a, b], index) => diffTrees(a, b, [...path, { key: index }])),
  ];
}

/** Says so when what two lists share comes in another order. Terraform sorts sets, so this is never a set. */
function otherOrder(before: readonly string[], after: readonly string[], path: readonly Step[]): Difference[] {
  const sharedWith = (items: readonly string[], others: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1);
    return items.filter((item) => take(counts, item));
  };
  const [old, new_] = [sharedWith(before, after), sharedWith(after, before)];
  const same = old.every((item, index) => item === new_[index]);
  return same ? [] : [{ path, before: undefined, after: undefined, note: "other order" }];
}

/** Where two values are nothing in different ways, as `null → ""`: for a change that nothing else explains. */
export function blankDifferences(
  before: Tree | undefined,
  after: Tree | undefined,
  path: readonly Step[] = [],
): Difference[] {
  const [old, new_] = [blank(before), blank(after)];
  if (old !== undefined && new_ !== undefined) {
    return old === new_ ? [] : [{ path, before: undefined, after: undefined, note: `${old} → ${new_}` }];
  }
  if (isLeaf(before) || isLeaf(after)) return [];
  const [inOld, inNew] = [entriesOf(before), entriesOf(after)];
  return [...inOld.keys()].flatMap((key) =>
    inNew.has(key) ? blankDifferences(inOld.get(key), inNew.get(key), [...path, { key }]) : [],
  );
}

function blank(tree: Tree | undefined): string | undefined {
  if (tree === undefined) return "null";
  if (tree.kind === "map") return tree.entries.size === 0 ? "{}" : undefined;
  if (tree.kind !== "value" || present(tree) !== undefined) return undefined;
  return JSON.stringify(tree.value);
}

function isLeaf(tree: Tree | undefined): boolean {
  return tree === undefined || (tree.kind !== "map" && tree.kind !== "list");
}

/** Leaves out the name of an added or removed item if it has other attributes. */
function named(differences: Difference[], name: string): Difference[] {
  const rest = differences.filter(({ path, before, after }) => {
    const leaf = before ?? after;
    return !(labels.includes(String(path.at(-1)?.key)) && leaf?.kind === "value" && leaf.value === name);
  });
  return rest.length === 0 ? differences : rest;
}

function take(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0;
  if (count > 0) counts.set(key, count - 1);
  return count > 0;
}

function distinct(names: readonly (string | undefined)[]): boolean {
  return names.every((name) => name !== undefined) && new Set(names).size === names.length;
}

function labelOf(tree: Tree): string | undefined {
  if (tree.kind !== "map") return undefined;
  for (const key of labels) {
    const entry = tree.entries.get(key);
    if (entry?.kind === "value" && typeof entry.value === "string" && entry.value !== "") return entry.value;
  }
  return undefined;
}

function print(tree: Tree): string {
  if (tree.kind === "map") return `{${[...tree.entries].map(([key, value]) => `${key}:${print(value)}`).join()}}`;
  if (tree.kind === "list") return `[${tree.items.map(print).join()}]`;
  return JSON.stringify(tree);
}

function entriesOf(tree: Tree | undefined): ReadonlyMap<string, Tree> {
  if (tree?.kind === "map") return tree.entries;
  if (tree?.kind === "list") return new Map(tree.items.map((item, index) => [String(index), item]));
  return new Map();
}

function itemsOf(tree: Tree | undefined): readonly Tree[] {
  if (tree?.kind === "list") return tree.items;
  // A list of plain values beside a list of objects: what was one leaf is items again.
  if (tree?.kind !== "value" || !Array.isArray(tree.value)) return [];
  return (tree.value as Scalar[]).map((value) => ({ kind: "value", value, reference: false }));
}

/** The side of a list or map that is no list or map itself: text that became JSON, or something not known yet. */
function leafBeside(tree: Tree | undefined): Leaf | undefined {
  if (tree === undefined || tree.kind === "map" || tree.kind === "list") return undefined;
  return tree.kind === "value" && Array.isArray(tree.value) ? undefined : present(tree);
}

function asLeaf(tree: Tree | undefined): Leaf | undefined {
  return tree === undefined || tree.kind === "map" || tree.kind === "list" ? undefined : tree;
}

function present(leaf: Leaf | undefined): Leaf | undefined {
  if (leaf === undefined || leaf.kind === "unknown") return leaf;
  const empty = leaf.value === null || leaf.value === "" || (Array.isArray(leaf.value) && leaf.value.length === 0);
  return empty ? undefined : leaf;
}

function sameLeaf(before: Leaf, after: Leaf): boolean {
  if (before.kind === "unknown" || after.kind === "unknown") return before.kind === after.kind;
  return JSON.stringify(before.value) === JSON.stringify(after.value);
}

type Tree =
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
