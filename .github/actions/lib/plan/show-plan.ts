import type { Engine, StackPlan } from "@slipway/engine";
import type { PlanJson } from "./plan-json.ts";

/**
 * A plan as `terraform show -json` tells it. One without changes and drift (or where drift is not asked for) is not shown: it takes
 * Terraform two seconds to say nothing.
 */
export async function showPlan(
  engine: Pick<Engine, "show">,
  plan: StackPlan,
  { drift = true }: { readonly drift?: boolean } = {},
): Promise<PlanJson> {
  if (plan.empty && !(drift && plan.drifted)) return { format_version: "1.2" };
  const json = (await engine.show(plan)) as PlanJson;
  return drift ? json : { ...json, resource_drift: [] };
}
