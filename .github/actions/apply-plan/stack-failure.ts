import { ActionFailure } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import type { EngineError, LockInfo } from "@slipway/terraform";

/** An error of the engine that means a refusal: nothing of the stack was changed. Undefined for any other. */
export function stackFailure(error: EngineError, at: StackAt): ActionFailure | undefined {
  const { stack, environment } = at;
  const again = `plan what is there now: ${commands.plan(environment)}`;
  const details = { cause: error };
  if (error.reason === "state-locked") return stateLocked(at, error.holder);
  if (error.reason === "interrupted") {
    return new ActionFailure("interrupted", `The apply of stack \`${stack}\` was interrupted`, again, details);
  }
  return undefined;
}

/** Somebody else holds the lock of a state. */
export function stateLocked({ stack, environment, planId }: StackAt, holder: LockInfo | undefined): ActionFailure {
  const who = holder === undefined ? "somebody" : `${holder.who} (${holder.operation} since ${holder.created})`;
  const what = `The state of stack \`${stack}\` is locked by ${who}`;
  const cleared = `wait for it or, if it no longer runs, ${commands.unlock(environment, stack)}`;
  return new ActionFailure("state-locked", what, `${cleared}; then ${commands.approve(environment, planId)}`);
}

/** Where something went wrong, and with which plan. */
export interface StackAt {
  readonly stack: string;
  readonly environment: string;
  readonly planId: string;
}
