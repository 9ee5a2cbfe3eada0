import type { Definition } from "../read-definition.ts";
import type { Json, JsonResourceChange, PlanJson } from "./plan-json.ts";

/** The plan without the drift that the stack's own `ignore_changes` asks to leave alone. */
export function withoutIgnored(plan: PlanJson, definition: Definition): PlanJson {
  const ignored = ({ type, name }: JsonResourceChange) =>
    definition.resource?.[type]?.[name]?.lifecycle?.ignore_changes ?? [];
  const drift = (plan.resource_drift ?? []).map((entry): JsonResourceChange => {
    const names = ignored(entry);
    const { before, after } = entry.change;
    if (names.length === 0 || !isObject(before) || !isObject(after)) return entry;
    const kept = Object.entries(after).map(([key, value]) => [key, isIgnored(key, names) ? before[key] : value]);
    return { ...entry, change: { ...entry.change, after: Object.fromEntries(kept) } };
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
