import { isStateful } from "./is-stateful.ts";
import type { PlanJson } from "./plan-json.ts";

/** Addresses that a plan replaces or deletes and that hold data, or an address or key that others depend on. */
export function statefulLosses({ resource_changes: changes = [] }: PlanJson): string[] {
  const lost = changes.filter(
    ({ mode, type, change }) => mode !== "data" && change.actions.includes("delete") && isStateful(type),
  );
  return [...new Set(lost.map(({ address }) => address))].sort();
}
