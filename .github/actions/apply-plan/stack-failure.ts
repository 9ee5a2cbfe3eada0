import { ActionFailure } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import type { EngineError } from "@slipway/terraform";
import type { StackAt } from "./stack-at.ts";
import { stateLocked } from "./state-locked.ts";

/** An error of the engine that means a refusal: nothing of the stack was changed. Undefined for any other. */
export function stackFailure(error: EngineError, at: StackAt): ActionFailure | undefined {
  const { stack, environment } = at;
  const again = `plan what is there now: ${commands.plan(environment)}`;
  const details = { cause: error };
  if (error.reason === "state-locked") return stateLocked(at, error.holder);
  if (error.reason === "saved-plan-stale") {
    return new ActionFailure("state-moved", `The state of stack \`${stack}\` moved since the plan`, again, details);
  }
  if (error.reason === "provider-not-reviewed") {
    const what = `The AWS provider for stack \`${stack}\` is not the one of the reviewed lock file`;
    return new ActionFailure("config-changed", what, again, details);
  }
  if (error.reason === "interrupted") {
    return new ActionFailure("interrupted", `The apply of stack \`${stack}\` was interrupted`, again, details);
  }
  return undefined;
}
