import { ActionFailure } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import type { LockInfo } from "@slipway/terraform";
import type { StackAt } from "./stack-at.ts";

/** Somebody else holds the lock of a state. */
export function stateLocked({ stack, environment, planId }: StackAt, holder: LockInfo | undefined): ActionFailure {
  const who = holder === undefined ? "somebody" : `${holder.who} (${holder.operation} since ${holder.created})`;
  const what = `The state of stack \`${stack}\` is locked by ${who}`;
  const cleared = `wait for it or, if it works no more, ${commands.unlock(environment, stack)}`;
  return new ActionFailure("state-locked", what, `${cleared}; then ${commands.approve(environment, planId)}`);
}
