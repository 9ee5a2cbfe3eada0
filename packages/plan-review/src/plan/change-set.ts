import { sha256 } from "@slipway/core";
import type { Json, JsonChange, JsonResourceChange, PlanJson } from "./plan-json.ts";

/** One change of a plan, without any value in it. */
interface PlannedChange {
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

/** All changes of a plan in a form that can be compared and holds no values; no-ops and reads are left out. */
type ChangeSet = readonly PlannedChange[];

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
  // Deletes, moves and imports without changes have no changed attributes.
  if (!actions.includes("create") && !actions.includes("update")) return {};
  const [old, wanted] = [new Map<string, string>(), new Map<string, string>()];
  collect(actions.includes("update") ? before : null, undefined, "", old);
  collect(after, unknown, "", wanted);
  for (const [path, hash] of old) {
    if (wanted.get(path) === hash) wanted.delete(path);
    else if (!wanted.has(path) && !isBeneathUnknown(path, wanted)) wanted.set(path, nullHash);
  }
  return Object.fromEntries([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const nullHash = sha256("null");

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

/**
 * What a plan would do otherwise than the reviewed one, in words for people; empty when it would do the same. A value that was
 * not known when it was reviewed may be any now, and so may all beneath it.
 */
export function compareChangeSets(reviewed: ChangeSet, now: ChangeSet): readonly string[] {
  const keys = [...new Set([...reviewed, ...now].map(displayName))];
  const [old, new_] = [byKey(reviewed), byKey(now)];
  return keys.flatMap((key) => differences(old.get(key), new_.get(key)));
}

function byKey(set: ChangeSet): Map<string, PlannedChange> {
  return new Map(set.map((change) => [displayName(change), change]));
}

function displayName({ address, deposed }: PlannedChange): string {
  return deposed === undefined ? `\`${address}\`` : `\`${address}\` (left-over object ${deposed})`;
}

function differences(reviewed: PlannedChange | undefined, now: PlannedChange | undefined): string[] {
  if (now === undefined)
    return reviewed === undefined ? [] : [`${displayName(reviewed)} would no longer be ${verb(reviewed)}`];
  const name = displayName(now);
  if (reviewed === undefined) return [`${name} would be ${verb(now)} too`];
  if (reviewed.actions.join() !== now.actions.join()) {
    return [`${name} was to be ${verb(reviewed)} and would now be ${verb(now)}`];
  }
  if (reviewed.previousAddress !== now.previousAddress) return [`${name} would be moved from another address`];
  if (reviewed.importing !== now.importing) return [`${name} would be imported from another object`];
  return attributeDifferences(name, reviewed.attributes, now.attributes);
}

type Attributes = PlannedChange["attributes"];

function attributeDifferences(name: string, reviewed: Attributes, now: Attributes): string[] {
  const unknown = Object.keys(reviewed).filter((path) => reviewed[path] === "unknown");
  const isFree = (path: string) => unknown.some((free) => path === free || path.startsWith(`${free}/`));
  const paths = [...new Set([...Object.keys(reviewed), ...Object.keys(now)])].filter((path) => !isFree(path));
  return paths.flatMap((path) => {
    const [old, new_] = [reviewed[path], now[path]];
    if (old === new_) return [];
    const attribute = `${name}: \`${words(path)}\``;
    if (old === undefined) return [`${attribute} would change too`];
    if (new_ === undefined) return [`${attribute} would no longer change`];
    return [`${attribute} ${new_ === "unknown" ? "is known only after the apply now" : "would get another value"}`];
  });
}

function verb({ actions, previousAddress, importing }: PlannedChange): string {
  if (actions.length > 1) return "replaced";
  const verbs: { readonly [action: string]: string } = {
    create: "created",
    update: "changed",
    delete: "deleted",
    forget: "forgotten",
  };
  return (
    verbs[actions[0] ?? ""] ?? (importing !== undefined ? "imported" : previousAddress !== undefined ? "moved" : "read")
  );
}

/** `/ingress/0/cidr_blocks` as `ingress.0.cidr_blocks`; an output itself has no path. */
function words(path: string): string {
  const steps = path.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(".") || "value";
}
