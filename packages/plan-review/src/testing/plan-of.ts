import type { Json, PlanJson } from "../plan/plan-json.ts";

export interface PlannedResource {
  readonly type: string;
  readonly attributes: { readonly [name: string]: Json };
  readonly marks?: Json;
  readonly action?: "create" | "update" | "replace" | "delete";
}

/** A plan in Terraform's form that makes (or changes, replaces, deletes) the given resources. */
export function planOf(resources: readonly PlannedResource[]): PlanJson {
  const actions = { create: ["create"], update: ["update"], replace: ["delete", "create"], delete: ["delete"] };
  const resource_changes = resources.map(({ type, attributes, marks = {}, action = "create" }, index) => ({
    address: `${type}.example_${index}`,
    mode: "managed",
    type,
    name: `example_${index}`,
    change: {
      actions: actions[action],
      before: action === "create" ? null : { ...attributes, size: "old" },
      after: action === "delete" ? null : { ...attributes, ...(action === "create" ? {} : { size: "new" }) },
      after_unknown: {},
      before_sensitive: marks,
      after_sensitive: marks,
      ...(action === "replace" ? { replace_paths: [["size"]] } : {}),
    },
  }));
  return { format_version: "1.2", resource_changes };
}
