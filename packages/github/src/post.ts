import { ActionFailure, type ActionResult, type Log } from "@slipway/core";
import { githubFailure, writeRefusal } from "./client.ts";

export type Posted<T> = { readonly value: T } | { readonly refusal: string };

/**
 * Writes to GitHub if the token may; a fork's or Dependabot's may not, which is no failure. Any other error brings along
 * what is known without GitHub.
 */
export async function postReport<T>(write: () => Promise<T>, known: ActionResult, log: Log): Promise<Posted<T>> {
  try {
    return { value: await write() };
  } catch (error) {
    const refusal = writeRefusal(error);
    if (refusal !== undefined) {
      log.warning(`Nothing was posted: ${refusal}. The report is in the job summary.`);
      return { refusal };
    }
    const failure = githubFailure(error);
    if (!(failure instanceof ActionFailure)) throw failure;
    throw new ActionFailure(failure.reason, failure.what, failure.next, { ...known, cause: error });
  }
}
