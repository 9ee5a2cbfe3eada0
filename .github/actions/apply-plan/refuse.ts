import { ActionFailure, type ActionResult, type FailureReason } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import type { ApplyContext, Progress } from "./context.ts";
import { finish } from "./outcome.ts";
import { type NewPlan, planMain } from "./plan-main.ts";

/** After these a plan of what is there now is what people need. */
const planned: ReadonlySet<FailureReason> = new Set([
  "no-plan",
  "plan-expired",
  "head-mismatch",
  "config-changed",
  "state-moved",
  "upstream-changed",
]);

/** Ends a run that may not go on: with a new plan where one makes sense. Returns only when that plan has nothing to do. */
export async function refuse(failure: ActionFailure, context: ApplyContext, progress: Progress): Promise<ActionResult> {
  const { input, log, signal } = context;
  log.info(`Stops: ${failure.what}`);
  const again = planned.has(failure.reason) && !input.dryRun && !signal.aborted;
  const newPlan = again ? await planAnew(context) : undefined;
  if (newPlan?.nothingLeft === true) {
    log.info("Nothing is left to apply: every stack is as its definition says");
    return await finish(context, progress, { outcome: { status: "applied" }, done: true, newPlan: undefined });
  }
  const told = sayNext(failure, newPlan, context);
  const status = failure.reason === "apply-failed" || failure.reason === "interrupted" ? "failed" : "refused";
  const outcome = { status, reason: told.reason, what: told.what, next: told.next } as const;
  let result: ActionResult;
  try {
    result = await finish(context, progress, { outcome, done: false, newPlan });
  } catch {
    // AWS or GitHub is out of reach: that is what the failure says already.
    throw told;
  }
  throw new ActionFailure(told.reason, told.what, told.next, { ...result, cause: failure });
}

/** With the command that says yes to the new plan, if there is one. */
function sayNext(
  { reason, what, next }: ActionFailure,
  newPlan: NewPlan | undefined,
  { input }: ApplyContext,
): ActionFailure {
  const planId = newPlan?.planId;
  const yes = planId && `look at the new plan and say yes to it: ${commands.approve(input.environment, planId)}`;
  return new ActionFailure(reason, what, yes ?? next);
}

/** The refusal must be told even if no new plan can be made. */
async function planAnew(context: ApplyContext): Promise<NewPlan | undefined> {
  try {
    return await planMain(context);
  } catch (error) {
    const why = error instanceof Error ? context.redactor.error(error.message) : "unknown";
    context.log.warning(`No new plan could be made: ${why}`);
    return undefined;
  }
}
