import type { StackPlan } from "@slipway/terraform";
import type { Definition } from "../target.ts";
import type { Json, JsonResourceChange, PlanJson } from "./plan-json.ts";
import type { Step } from "./plan-model.ts";

/** Attributes that deployments and scaling own: by type, the first step of their paths. */
const owned: { readonly [type: string]: readonly string[] } = {
  // deploy-service owns image and count, CodeDeploy swaps the target groups.
  aws_ecs_service: ["task_definition", "desired_count", "load_balancer"],
  aws_autoscaling_group: ["desired_capacity"],
  // Scheduled actions move the bounds.
  aws_appautoscaling_target: ["min_capacity", "max_capacity"],
  aws_dynamodb_table: ["read_capacity", "write_capacity"],
};

/** True for what a deployment or scaling changes by design: no drift. */
export function isExpectedDrift(type: string, path: readonly Step[]): boolean {
  const first = String(path[0]?.key ?? "");
  if (owned[type]?.includes(first)) return true;
  // The actions write tags of their own.
  return /^tags(_all)?$/.test(first) && String(path[1]?.key ?? "").startsWith("slipway:");
}

/** The plan without the drift that the stack's own `ignore_changes` asks to leave alone. */
export function withoutIgnored(plan: PlanJson, definition: Definition): PlanJson {
  const ignored = ({ type, name }: JsonResourceChange) =>
    definition.resource?.[type]?.[name]?.lifecycle?.ignore_changes ?? [];
  const drift = (plan.resource_drift ?? []).map((entry): JsonResourceChange => {
    const names = ignored(entry);
    const { before, after } = entry.change;
    if (names.length === 0 || !isObject(before) || !isObject(after)) return entry;
    const restored = Object.entries(after).map(([key, value]) => [key, isIgnored(key, names) ? before[key] : value]);
    return { ...entry, change: { ...entry.change, after: Object.fromEntries(restored) } };
  });
  return { ...plan, resource_drift: drift };
}

/** `tags["Name"]` counts for all of `tags`. */
function isIgnored(attribute: string, names: "all" | readonly string[]): boolean {
  return names === "all" || names.some((name) => name.split(/[.[]/)[0] === attribute);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True if a plan changes nothing, warns of nothing (a failed check is a warning) and has no drift, or drift does not count. */
export function isEmptyPlan({ empty, drifted, warned }: StackPlan, { drift }: { readonly drift: boolean }): boolean {
  return empty && !warned && !(drift && drifted);
}
