import { riskOf } from "../plan/risk.ts";
import { riskOrder } from "../plan/risk-order.ts";
import { countChanges } from "./report-counts.ts";
import type { SafeReport } from "./safe-report.ts";

/** What later steps decide by. */
export function reportOutputs({ stacks, planId = "", outcome }: SafeReport) {
  const counts = countChanges(stacks);
  const risks = new Set(stacks.flatMap(({ plan }) => plan?.changes ?? []).map(riskOf));
  const outputsChange = stacks.some(({ plan }) => (plan?.outputs.length ?? 0) > 0);
  const notable = stacks.some(({ status }) => ["failed", "waiting", "applied", "not-applied"].includes(status));
  const refused = outcome !== undefined && outcome.status !== "applied";
  return {
    "has-changes": String(risks.size > 0 || outputsChange || notable || refused),
    "to-add": String(counts.create),
    "to-change": String(counts.update),
    "to-replace": String(counts.replace),
    "to-destroy": String(counts.delete),
    "to-import": String(counts.import),
    risk: riskOrder.find((risk) => risks.has(risk)) ?? "none",
    "failed-stacks": stacks
      .filter(({ status }) => status === "failed")
      .map(({ name }) => name)
      .join(","),
    hidden: String(stacks.reduce((sum, { plan }) => sum + (plan?.hidden ?? 0), 0)),
    plan: planId,
  };
}
