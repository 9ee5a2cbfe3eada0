import type { Definition } from "../target.ts";
import { diffTrees, valueTree } from "./attribute-diff.ts";
import { isExpectedDrift } from "./drift.ts";
import type { JsonChange, JsonResourceChange, PlanJson } from "./plan-json.ts";
import type { AttributeChange, ChangeAction, Drift, PlanModel, ResourceChange, Step } from "./plan-model.ts";

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
  const drifted = new Map((plan.resource_drift ?? []).map((entry) => [entry.address, entry]));
  const changes = (plan.resource_changes ?? [])
    .map((entry) =>
      changeOf(entry, pathOf(entry.address), drifted.get(entry.address), configuredAttributes(entry, plan)),
    )
    .filter((change) => change !== undefined);
  return { stack, changes, outputs: outputsOf(plan), drift };
}

function changeOf(
  entry: JsonResourceChange,
  constructPath: string | undefined,
  drifted: JsonResourceChange | undefined,
  configured: ReadonlySet<string> | undefined,
): ResourceChange | undefined {
  const action = actionOf(entry);
  if (action === undefined) return undefined;
  const { change } = entry;
  const forced = (change.replace_paths ?? []).map((path) => path.map((key): Step => ({ key })));
  const all = attributesOf(change, forced);
  const attributes = all.filter((attribute) => isRelevant(action, attribute, configured));
  return {
    address: entry.address,
    constructPath,
    type: entry.type,
    action,
    forcedBy: forced.map((path) => path.map(({ key }) => key).join(".")),
    reason: entry.action_reason,
    previousAddress: entry.previous_address,
    importId: change.importing?.id,
    putsBack: drifted !== undefined && putsBack(action, attributes, drifted),
    attributes,
  };
}

/** Attributes that identify a deleted object. */
const identity = ["id", "name", "bucket", "identifier"];

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

function actionOf(entry: JsonResourceChange): ChangeAction | undefined {
  const actions = entry.change.actions.join();
  if (entry.mode === "data" || actions === "read") return undefined;
  if (actions === "create,delete" || actions === "delete,create") return "replace";
  if (actions === "create" || actions === "update" || actions === "delete" || actions === "forget") return actions;
  if (entry.change.importing !== undefined) return "import";
  return entry.previous_address === undefined ? undefined : "move";
}

function attributesOf(change: JsonChange, forced: readonly (readonly Step[])[]): AttributeChange[] {
  const creating = change.before === null;
  const differences = diffTrees(
    valueTree(change.before, change.before_sensitive, undefined),
    valueTree(change.after, change.after_sensitive, change.after_unknown),
  );
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
  const { address, type } = entry;
  if (actions === "delete") return { address, constructPath, type, action: "delete", attributes: [] };
  if (actions !== "update") return undefined;
  const configured = configuredAttributes(entry, plan);
  // Attributes that AWS fills in (addresses, counters, the other side of a relation) are no drift.
  const attributes = attributesOf(entry.change, []).filter(({ path }) => {
    const first = String(path[0]?.key ?? "");
    return (configured === undefined || configured.has(first)) && !isExpectedDrift(type, path);
  });
  return attributes.length === 0 ? undefined : { address, constructPath, type, action: "update", attributes };
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
  return Object.entries(plan.output_changes ?? {}).flatMap(([name, change]) =>
    diffTrees(
      valueTree(change.before, change.before_sensitive, undefined),
      valueTree(change.after, change.after_sensitive, change.after_unknown),
      [{ key: name }],
    ).map((difference) => ({ ...difference, forcesReplacement: false })),
  );
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
