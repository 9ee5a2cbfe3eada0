import { isExpectedDrift } from "@slipway/plan-review/plan/drift";
import type { PlanModel, ResourceChange } from "@slipway/plan-review/plan/plan-model";

/**
 * The part of a plan that is drift. Of a plan of what is applied already: what applying again would put back; of a
 * refresh-only plan, which plans nothing: what was found different. What deployments and scaling change by design is
 * none, nor is what only Terraform's books say.
 */
export function driftedPart(plan: PlanModel): PlanModel {
  const changes = plan.changes.map(withoutExpected).filter((change) => change !== undefined);
  return { ...plan, changes, drift: plan.changes.length > 0 ? [] : plan.drift, outputs: [] };
}

function withoutExpected(change: ResourceChange): ResourceChange | undefined {
  if (change.action === "move" || change.action === "import" || change.action === "forget") return undefined;
  if (change.action !== "update") return change;
  const attributes = change.attributes.filter(({ path }) => !isExpectedDrift(change.type, path));
  // Known only after the apply follows from the rest; alone it is nothing that anybody changed.
  const real = attributes.some(({ after }) => after?.kind !== "unknown");
  return real ? { ...change, attributes } : undefined;
}
