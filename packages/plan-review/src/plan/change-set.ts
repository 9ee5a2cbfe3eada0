import { sha256 } from "@slipway/core";
import type { Json, JsonActionInvocation, JsonChange, JsonImport, JsonResourceChange, PlanJson } from "./plan-json.ts";

/** One change of a plan, without any value in it. */
export interface PlannedChange {
  /** The resource's or action's address; `output.<name>` for an output. */
  readonly address: string;
  /** Key of a left-over object of the address, which is to be deleted. */
  readonly deposed?: string | undefined;
  /** Terraform's own words in their order: `["delete", "create"]` is another replacement than `["create", "delete"]`. */
  readonly actions: readonly string[];
  /** Terraform's own word for why, as `replace_because_tainted`. */
  readonly reason?: string | undefined;
  /** Attributes that force a replacement. */
  readonly forcedBy?: readonly string[] | undefined;
  readonly previousAddress?: string | undefined;
  /** Hash of what is imported, or "unknown". */
  readonly importing?: string | undefined;
  /** What starts an action, as `AfterUpdate aws_ecs_service.web 0.0`. */
  readonly startedBy?: string | undefined;
  /** Why it is put off to a later plan, in Terraform's own word. */
  readonly deferred?: string | undefined;
  /** JSON pointer of each attribute that changes, to the SHA-256 of its new value, or "unknown" until it is applied. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** All changes of a plan in a form that can be compared and holds no values; no-ops and reads are left out. */
export type ChangeSet = readonly PlannedChange[];

/** The change set of `terraform show -json <plan>`: from all of it, not from what is shown to people. */
export function changeSet(plan: PlanJson): ChangeSet {
  const all: PlannedChange[] = [
    ...(plan.resource_changes ?? []).filter(changesSomething).map(resourceChange),
    ...(plan.deferred_changes ?? []).map((entry) => ({
      ...resourceChange(entry.resource_change),
      deferred: entry.reason,
    })),
    ...(plan.action_invocations ?? []).map(actionToRun),
    ...(plan.deferred_action_invocations ?? []).map((entry) => ({
      ...actionToRun(entry.action_invocation),
      deferred: entry.reason,
    })),
    ...Object.entries(plan.output_changes ?? {}).flatMap(([name, change]) => outputChange(name, change)),
  ];
  return all.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ address, deposed = "", startedBy = "", deferred = "" }: PlannedChange): string {
  return [address, deposed, startedBy, deferred].join(" ");
}

function changesSomething({ previous_address: previousAddress, mode, change }: JsonResourceChange): boolean {
  const still = change.actions.join() === "no-op" || change.actions.join() === "read";
  return mode !== "data" && !(still && previousAddress === undefined && !change.importing);
}

function resourceChange(entry: JsonResourceChange): PlannedChange {
  const { address, deposed, previous_address: previousAddress, action_reason: reason, change } = entry;
  const { actions, importing, replace_paths: forced = [] } = change;
  return {
    address,
    ...(deposed === undefined ? {} : { deposed }),
    actions,
    ...(reason === undefined ? {} : { reason }),
    ...(forced.length === 0 ? {} : { forcedBy: forced.map((path) => path.join(".")) }),
    ...(previousAddress === undefined ? {} : { previousAddress }),
    ...(importing ? { importing: hashOfImport(importing) } : {}),
    attributes: attributesOf(change),
  };
}

function hashOfImport(importing: JsonImport): string {
  return importing.unknown === true ? "unknown" : sha256(JSON.stringify(importing));
}

/** An action of a provider that the apply runs: the same one may be started by several changes. */
function actionToRun(invocation: JsonActionInvocation): PlannedChange {
  const { address, config_values: after = null, config_unknown: unknown = {} } = invocation;
  const { lifecycle_action_trigger: trigger, invoke_action_trigger: asked } = invocation;
  const places = [trigger?.action_trigger_block_index ?? 0, trigger?.actions_list_index ?? 0].join(".");
  const parts = trigger
    ? [trigger.action_trigger_event, trigger.triggering_resource_address, places, trigger.on_failure]
    : ["invoked", asked?.calling_resource_address];
  return {
    address,
    actions: ["run"],
    startedBy: parts.filter((part) => part !== undefined).join(" "),
    attributes: attributesOf({ actions: ["create"], before: null, after, after_unknown: unknown }),
  };
}

function outputChange(name: string, change: JsonChange): PlannedChange[] {
  if (change.actions.join() === "no-op") return [];
  return [{ address: `output.${name}`, actions: change.actions, attributes: attributesOf(change) }];
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
