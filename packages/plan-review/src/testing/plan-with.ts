import type { Json, JsonChange, JsonResourceChange, PlanJson } from "../plan/plan-json.ts";

export type Change = Partial<JsonChange> & { readonly actions: readonly string[] };

/** One entry of `resource_changes`, of which only what matters is given. */
export function resource(address: string, change: Change, more: Partial<JsonResourceChange> = {}): JsonResourceChange {
  const [type = "", name = ""] = address.split(".");
  return { address, mode: "managed", type, name, change: { before: null, after: null, ...change }, ...more };
}

/** A plan of these changes, and of outputs. */
export function planWith(
  changes: readonly JsonResourceChange[],
  outputs: { readonly [name: string]: Change } = {},
): PlanJson {
  const output_changes = Object.fromEntries(
    Object.entries(outputs).map(([name, change]) => [name, { before: null, after: null, ...change }]),
  );
  return { format_version: "1.2", resource_changes: changes, output_changes };
}

/** A plan that updates one resource in place. */
export const updated = (before: Json, after: Json, unknown: Json = {}) =>
  planWith([resource("aws_x.y", { actions: ["update"], before, after, after_unknown: unknown })]);
