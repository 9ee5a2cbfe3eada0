import type { Definition } from "../target.ts";
import { blankDifferences, diffTrees, valueTree } from "./attribute-diff.ts";
import { isExpectedDrift } from "./drift.ts";
import { actionRuns, failedChecks, pendingReads, unknownSections } from "./other-sections.ts";
import type { JsonChange, JsonResourceChange, PlanJson } from "./plan-json.ts";
import type { AttributeChange, ChangeAction, Drift, PlanModel, ResourceChange, Step } from "./plan-model.ts";
import { actionOf, importIdOf, knownAction, rawAction } from "./resource-action.ts";
import { isUnused } from "./risk.ts";

/** Terraform's plan as a small model: only what differs, drift apart from what the code asks for. */
export function parsePlan(stack: string, plan: PlanJson, constructPaths: ReadonlyMap<string, string>): PlanModel {
  if (!/^1\./.test(plan.format_version ?? "")) {
    throw new Error(
      `Plan format (${plan.format_version}) must be 1.x; plan with a Terraform or OpenTofu that this version knows`,
    );
  }
  const pathOf = (address: string) => constructPaths.get(withoutKeys(address));
  const found = (plan.resource_drift ?? []).map((entry) => driftOf(entry, pathOf(entry.address), plan));
  const drift = found.filter((entry) => entry !== undefined);
  const drifted = new Map((plan.resource_drift ?? []).map((entry) => [keyOf(entry), entry]));
  const entries = plan.resource_changes ?? [];
  const changes = entries
    .map((entry) => changeOf(entry, pathOf(entry.address), drifted.get(keyOf(entry)), plan))
    .filter((change) => change !== undefined);
  return {
    stack,
    changes,
    outputs: outputsOf(plan),
    drift,
    runs: actionRuns(plan),
    checks: failedChecks(plan),
    reads: pendingReads(entries.filter((entry) => knownAction(entry)?.action === "read")),
    unknownSections: unknownSections(plan),
  };
}

/** An object that a replacement left over has the address of the living one. */
function keyOf({ address, deposed = "" }: JsonResourceChange): string {
  return `${address} ${deposed}`;
}

function changeOf(
  entry: JsonResourceChange,
  constructPath: string | undefined,
  drifted: JsonResourceChange | undefined,
  plan: PlanJson,
): ResourceChange | undefined {
  const action = actionOf(entry);
  if (action === undefined) return undefined;
  const configured = configuredAttributes(entry, plan);
  const { change } = entry;
  const forced = (change.replace_paths ?? []).map((path) => path.map((key): Step => ({ key })));
  const attributes = shownAttributes(action, change, forced, configured);
  return {
    address: entry.address,
    constructPath,
    type: entry.type,
    action,
    rawAction: action === "unknown" ? rawAction(entry) : undefined,
    keepsOld: knownAction(entry)?.keepsOld === true,
    newFirst: knownAction(entry)?.newFirst === true,
    unused: isUnused(entry, plan),
    deposed: entry.deposed,
    forcedBy: forced.map((path) => path.map(({ key }) => key).join(".")),
    reason: entry.action_reason,
    previousAddress: entry.previous_address,
    importId: change.importing ? importIdOf(change.importing) : undefined,
    putsBack: drifted !== undefined && putsBack(action, attributes, drifted),
    attributes,
  };
}

/** What the reviewer needs of a change; never nothing where the values of an update, or those that force a replacement, differ. */
function shownAttributes(
  action: ChangeAction,
  change: JsonChange,
  forced: readonly (readonly Step[])[],
  configured: ReadonlySet<string> | undefined,
): AttributeChange[] {
  const all = attributesOf(change, forced);
  const relevant = action === "unknown" ? all : all.filter((attribute) => isRelevant(action, attribute, configured));
  const unforced = forced.length > 0 && !relevant.some(({ forcesReplacement }) => forcesReplacement);
  const unexplained = action === "update" ? relevant.every(({ note }) => note !== undefined) : unforced;
  if (!unexplained) return relevant;
  const others = relevant.length > 0 ? relevant : all;
  return [...others, ...blankDifferences(...sidesOf(change)).map(withoutForce)];
}

/** Attributes that identify a deleted object, or name what people reach it by. */
const identity = ["id", "name", "bucket", "identifier", "domain_name", "aliases"];

/** False for attributes that AWS fills in and for defaults that the code does not set. */
function isRelevant(
  action: ChangeAction,
  attribute: AttributeChange,
  configured: ReadonlySet<string> | undefined,
): boolean {
  const { path, before, after, forcesReplacement } = attribute;
  if (forcesReplacement) return true;
  const first = String(path[0]?.key ?? "");
  if (action === "delete" || action === "forget") return path.length === 1 && identity.includes(first);
  if (action === "replace" && after?.kind === "unknown") return false;
  if (configured === undefined || configured.has(first)) return true;
  if (after?.kind === "unknown") return false;
  return !((before === undefined || after === undefined) && isDefault(before ?? after));
}

function isDefault(leaf: AttributeChange["before"]): boolean {
  return leaf?.kind === "value" && (leaf.value === false || leaf.value === 0);
}

function attributesOf(change: JsonChange, forced: readonly (readonly Step[])[]): AttributeChange[] {
  const creating = change.before === null;
  const found = diffTrees(...sidesOf(change));
  // Beside another difference in the same attribute, its order says nothing more.
  const changed = new Set(found.filter(({ note }) => note === undefined).map(({ path }) => path[0]?.key));
  const differences = found.filter(({ note, path }) => note === undefined || !changed.has(path[0]?.key));
  const own = new Set(differences.filter(({ path }) => path[0]?.key === "tags").map(({ path }) => path.at(-1)?.key));
  return differences
    .filter(({ path, after }) => {
      if (creating && after?.kind === "unknown") return false;
      // tags_all repeats the tags and, on every resource, the provider's default tags.
      return path[0]?.key !== "tags_all" || (!creating && !own.has(path.at(-1)?.key ?? ""));
    })
    .map((difference) => ({
      ...difference,
      forcesReplacement: forced.some((path) => path.every(({ key }, index) => isSameKey(key, difference.path[index]))),
    }));
}

function sidesOf(change: JsonChange) {
  return [
    valueTree(change.before, change.before_sensitive, undefined),
    valueTree(change.after, change.after_sensitive, change.after_unknown),
  ] as const;
}

function withoutForce(difference: Omit<AttributeChange, "forcesReplacement">): AttributeChange {
  return { ...difference, forcesReplacement: false };
}

function isSameKey(key: string | number, step: Step | undefined): boolean {
  // List items may go by their name here, and by their number in Terraform's path.
  return step !== undefined && (step.key === key || typeof key === "number");
}

function putsBack(action: ChangeAction, attributes: readonly AttributeChange[], drifted: JsonResourceChange): boolean {
  if (drifted.change.actions.join() === "delete") return action === "create";
  if (action !== "update" || attributes.length === 0) return false;
  const outside = attributesOf(drifted.change, []);
  return attributes.every((attribute) =>
    outside.some(
      ({ path, before, after }) =>
        samePath(path, attribute.path) && sameValue(before, attribute.after) && sameValue(after, attribute.before),
    ),
  );
}

function samePath(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every(({ key }, index) => key === b[index]?.key);
}

function sameValue(a: AttributeChange["before"], b: AttributeChange["before"]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function driftOf(entry: JsonResourceChange, constructPath: string | undefined, plan: PlanJson): Drift | undefined {
  const actions = entry.change.actions.join();
  const { address, type, deposed } = entry;
  const common = { address, constructPath, type, deposed, rawAction: undefined };
  if (actions === "delete") return { ...common, action: "delete", attributes: [] };
  // A refresh shows moves, too, which are in the changes of a plan.
  if (actions === "no-op") return undefined;
  const all = attributesOf(entry.change, []);
  if (actions !== "update") return { ...common, action: "update", rawAction: rawAction(entry), attributes: all };
  const configured = configuredAttributes(entry, plan);
  // Attributes that AWS fills in (addresses, counters, the other side of a relation) are no drift.
  const attributes = all.filter(({ path }) => {
    const first = String(path[0]?.key ?? "");
    return (configured === undefined || configured.has(first)) && !isExpectedDrift(type, path);
  });
  return attributes.length === 0 ? undefined : { ...common, action: "update", attributes };
}

function configuredAttributes({ type, name }: JsonResourceChange, plan: PlanJson): ReadonlySet<string> | undefined {
  const resources = plan.configuration?.root_module?.resources ?? [];
  const resource = resources.find(
    (candidate) => candidate.mode === "managed" && candidate.type === type && candidate.name === name,
  );
  if (resource === undefined) return undefined;
  return new Set([...Object.keys(resource.expressions ?? {}), "tags_all"]);
}

function outputsOf(plan: PlanJson): AttributeChange[] {
  return Object.entries(plan.output_changes ?? {}).flatMap(([name, change]) => {
    const path = [{ key: name }];
    const differences = diffTrees(...sidesOf(change), path);
    if (differences.length > 0 || change.actions.join() === "no-op") return differences.map(withoutForce);
    const blanks = blankDifferences(...sidesOf(change), path);
    // Whether it is marked as sensitive changes without its value, and what is unknown need not have one.
    const unexplained = {
      path,
      before: undefined,
      after: undefined,
      note: `${change.actions.join(", ")}, no value differs`,
    };
    return (blanks.length > 0 ? blanks : [unexplained]).map(withoutForce);
  });
}

function withoutKeys(address: string): string {
  return address.replace(/\[("(?:[^"\\]|\\.)*"|\d+)\]/g, "");
}

/** Address to construct path, as `Database/Instance`, from what CDKTF leaves in the synthesized JSON. */
export function constructPaths({ resource = {}, "//": root }: Definition): Map<string, string> {
  const stack = root?.metadata?.stackName;
  const paths = new Map<string, string>();
  for (const [type, named] of Object.entries(resource)) {
    for (const [name, block] of Object.entries(named)) {
      const path = block["//"]?.metadata?.path;
      if (path === undefined) continue;
      // The report names the stack in every row already.
      const [first, ...rest] = path.split("/");
      paths.set(`${type}.${name}`, first === stack && rest.length > 0 ? rest.join("/") : path);
    }
  }
  return paths;
}
