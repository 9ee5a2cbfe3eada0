import { riskOf } from "../lib/plan/risk-of.ts";
import { riskOrder } from "../lib/plan/risk-order.ts";
import type { SafeReport } from "../lib/report/safe-report.ts";

/** What later steps decide by. */
export function reportOutputs({ counts, stacks, hidden }: SafeReport) {
  const changes = stacks.flatMap(({ plan }) => plan?.changes ?? []);
  const risks = new Set(changes.map(riskOf));
  const outputsChange = stacks.some(({ plan }) => (plan?.outputs.length ?? 0) > 0);
  const incomplete = stacks.some(({ status }) => status === "failed" || status === "waiting");
  return {
    "has-changes": String(changes.length > 0 || outputsChange || incomplete),
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
    hidden: String(hidden),
  };
}
