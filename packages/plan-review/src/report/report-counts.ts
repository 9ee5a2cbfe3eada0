import { ActionFailure, type ActionResult, type Log, markdown } from "@slipway/core";
import type { ChangeAction } from "../plan/plan-model.ts";
import { type Risk, riskOf, riskOrder } from "../plan/risk.ts";
import type { SafeReport, SafeStack } from "./report-schema.ts";

export interface Counts extends Readonly<Record<Exclude<ChangeAction, "unknown">, number>> {
  /** Of the updates, what is no update but not understood. */
  readonly unknown: number;
  /** Actions of providers that the apply runs. */
  readonly run: number;
}

/** How many changes of each kind the stacks have together. What is imported and changed counts as both. */
export function countChanges(stacks: readonly SafeStack[]): Counts {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, import: 0, move: 0, forget: 0, unknown: 0, run: 0 };
  for (const { plan } of stacks) {
    for (const { action, importId } of plan?.changes ?? []) {
      counts[action] += 1;
      if (action !== "import" && importId !== undefined) counts.import += 1;
    }
    counts.unknown += plan?.unknownSections?.length ?? 0;
    counts.run += plan?.runs?.length ?? 0;
  }
  return { ...counts, update: counts.update + counts.unknown };
}

/** Fails the step when a stack could not be planned, after all that could has been reported. */
export function failedStacks({ stacks }: SafeReport, where: string, result: ActionResult): void {
  const failed = stacks.filter(({ status }) => status === "failed").map(({ name }) => markdown.code(name));
  if (failed.length === 0) return;
  const what = `${failed.length === 1 ? "Stack" : "Stacks"} ${failed.join(", ")} could not be planned`;
  throw new ActionFailure("plan-failed", what, `correct what ${where} shows, then run again`, result);
}

/** Why stacks could not be planned, line by line; a line of its own could be taken for a command to the runner. */
export function logErrors({ stacks }: SafeReport, log: Log): void {
  for (const { name, error } of stacks) {
    if (error !== undefined) log.info(`${name} could not be planned:\n${error}`.replaceAll("\n", "\n  | "));
  }
}

/** What later steps decide by. */
export function reportOutputs({ stacks, planId = "", outcome }: SafeReport) {
  const counts = countChanges(stacks);
  const risks = new Set<Risk>(stacks.flatMap(({ plan }) => plan?.changes ?? []).map(riskOf));
  if (counts.run > 0) risks.add("change");
  // As with an unknown action: it may be a replacement.
  if (stacks.some(({ plan }) => (plan?.unknownSections ?? []).length > 0)) risks.add("replace-or-delete");
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
    "to-run": String(counts.run),
    "failed-checks": String(stacks.reduce((sum, { plan }) => sum + (plan?.checks?.length ?? 0), 0)),
    risk: riskOrder.find((risk) => risks.has(risk)) ?? "none",
    "failed-stacks": stacks
      .filter(({ status }) => status === "failed")
      .map(({ name }) => name)
      .join(","),
    hidden: String(stacks.reduce((sum, { plan }) => sum + (plan?.hidden ?? 0), 0)),
    plan: planId,
  };
}
