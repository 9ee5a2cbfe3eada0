import { isExpectedDrift } from "../lib/plan/expected-drift.ts";
import type { PlanModel, ResourceChange } from "../lib/plan/plan-model.ts";

/**
 * Of a plan of what is applied already, the part that is drift: what applying again would put back. What deployments and
 * scaling change by design is none, nor is what only Terraform's books say.
 */
export function driftedPart(plan: PlanModel): PlanModel {
  const changes = plan.changes.map(withoutExpected).filter((change) => change !== undefined);
  return { ...plan, changes, outputs: [] };
}

function withoutExpected(change: ResourceChange): ResourceChange | undefined {
  if (change.action === "move" || change.action === "import" || change.action === "forget") return undefined;
  if (change.action !== "update") return change;
  const attributes = change.attributes.filter(({ path }) => !isExpectedDrift(change.type, path));
  // Known only after the apply follows from the rest; alone it is nothing that anybody changed.
  const real = attributes.some(({ after }) => after?.kind !== "unknown");
  return real ? { ...change, attributes } : undefined;
}
