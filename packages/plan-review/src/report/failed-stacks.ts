import { ActionFailure, type ActionResult, markdown } from "@slipway/core";
import type { SafeReport } from "./safe-report.ts";

/** Fails the step when a stack could not be planned, after all that could has been reported. */
export function failedStacks({ stacks }: SafeReport, where: string, result: ActionResult): void {
  const failed = stacks.filter(({ status }) => status === "failed").map(({ name }) => markdown.code(name));
  if (failed.length === 0) return;
  const what = `${failed.length === 1 ? "Stack" : "Stacks"} ${failed.join(", ")} could not be planned`;
  throw new ActionFailure("plan-failed", what, `correct what ${where} shows, then run again`, result);
}
