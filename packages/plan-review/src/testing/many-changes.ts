import type { PlanJson } from "../plan/plan-json.ts";
import { type PlannedResource, planOf } from "./plan-of.ts";

/** Fifty changes in each of eight stacks: a few replaced or deleted, many changed, many new. */
export function manyChanges(): { readonly name: string; readonly plan: PlanJson }[] {
  const text = (n: number) => `value number ${n} `.repeat(4);
  const attributes = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`attribute_${n}`, text(n)]));
  const times = <T>(count: number, action: T) => Array.from({ length: count }, () => action);
  const actions = [
    ...times(2, "replace" as const),
    ...times(3, "delete" as const),
    ...times(20, "update" as const),
    ...times(25, "create" as const),
  ];
  const resources = actions.map((action, index): PlannedResource => {
    const type = index === 0 ? "aws_db_instance" : "aws_route";
    return { type, action, attributes: { ...attributes, changed: action === "update" ? "x".repeat(300) : "" } };
  });
  return Array.from({ length: 8 }, (_, n) => ({ name: `stack-${n}`, plan: planOf(resources) }));
}
