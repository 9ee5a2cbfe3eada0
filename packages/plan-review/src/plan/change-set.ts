import { sha256 } from "@slipway/core";
import type { Json, JsonChange, JsonResourceChange, PlanJson } from "./plan-json.ts";

/** One change of a plan, without any value in it. */
export interface PlannedChange {
  /** The resource's address; `output.<name>` for an output. */
  readonly address: string;
  /** Key of a left-over object of the address, which is to be deleted. */
  readonly deposed?: string | undefined;
  /** Terraform's own words in their order: `["delete", "create"]` is another replacement than `["create", "delete"]`. */
  readonly actions: readonly string[];
  readonly previousAddress?: string | undefined;
  /** Hash of what is imported. */
  readonly importing?: string | undefined;
  /** JSON pointer of each attribute that changes, to the SHA-256 of its new value, or "unknown" until it is applied. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** All that a plan would do, in a form that can be compared and gives no value away: what stays and what is only read aside. */
export type ChangeSet = readonly PlannedChange[];

/** The change set of `terraform show -json <plan>`: from all of it, not from what is shown to people. */
export function changeSet(plan: PlanJson): ChangeSet {
  const resources = (plan.resource_changes ?? []).map(resourceChange);
  const outputs = Object.entries(plan.output_changes ?? {}).map(([name, change]) => outputChange(name, change));
  const all = [...resources, ...outputs].filter((change) => change !== undefined);
  return all.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ address, deposed = "" }: PlannedChange): string {
  return `${address} ${deposed}`;
}

function resourceChange(entry: JsonResourceChange): PlannedChange | undefined {
  const { address, deposed, previous_address: previousAddress, mode, change } = entry;
  const { actions, importing } = change;
  const still = actions.join() === "no-op" || actions.join() === "read";
  if (mode === "data" || (still && previousAddress === undefined && importing === undefined)) return undefined;
  return {
    address,
    ...(deposed === undefined ? {} : { deposed }),
    actions,
    ...(previousAddress === undefined ? {} : { previousAddress }),
    ...(importing === undefined ? {} : { importing: sha256(JSON.stringify(importing)) }),
    attributes: attributesOf(change),
  };
}

function outputChange(name: string, change: JsonChange): PlannedChange | undefined {
  if (change.actions.join() === "no-op") return undefined;
  return { address: `output.${name}`, actions: change.actions, attributes: attributesOf(change) };
}

function attributesOf({ actions, before, after, after_unknown: unknown }: JsonChange): Record<string, string> {
  // What goes takes all its attributes with it; what moves or is imported as it is has none that change.
  if (!actions.includes("create") && !actions.includes("update")) return {};
  const [old, wanted] = [new Map<string, string>(), new Map<string, string>()];
  collect(actions.includes("update") ? before : null, undefined, "", old);
  collect(after, unknown, "", wanted);
  for (const [path, hash] of old) {
    if (wanted.get(path) === hash) wanted.delete(path);
    else if (!wanted.has(path) && !isBeneathUnknown(path, wanted)) wanted.set(path, nothing);
  }
  return Object.fromEntries([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const nothing = sha256("null");

/** Hash of every leaf that is set, by its path. */
function collect(value: Json | undefined, unknown: Json | undefined, path: string, found: Map<string, string>): void {
  if (unknown === true) {
    found.set(path, "unknown");
    return;
  }
  const keys = new Set([...keysOf(value), ...keysOf(unknown)]);
  if (keys.size === 0) {
    if (value !== null && value !== undefined) found.set(path, sha256(JSON.stringify(value)));
    return;
  }
  for (const key of keys) {
    const step = key.replaceAll("~", "~0").replaceAll("/", "~1");
    collect(child(value, key), child(unknown, key), `${path}/${step}`, found);
  }
}

function keysOf(value: Json | undefined): string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function child(value: Json | undefined, key: string): Json | undefined {
  return typeof value === "object" && value !== null ? (value as { readonly [key: string]: Json })[key] : undefined;
}

function isBeneathUnknown(path: string, wanted: ReadonlyMap<string, string>): boolean {
  for (let end = path.length; end >= 0; end = path.lastIndexOf("/", end - 1)) {
    if (wanted.get(path.slice(0, end)) === "unknown") return true;
    if (end === 0) return false;
  }
  return false;
}
