import { ActionFailure } from "@slipway/core";
import { statusOf } from "./status-of.ts";

/** What an error of GitHub's API means to the reader of the log; errors of another kind stay as they are. */
export function githubFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !("request" in error)) return error;
  const status = statusOf(error);
  const text = (error.message.split(" - https://")[0] ?? "").split("\n")[0] ?? "";
  if (status === undefined || status >= 500 || status === 429 || /rate limit/i.test(text)) {
    const what = status === undefined ? "GitHub does not answer" : `GitHub answered ${status} again and again`;
    return new ActionFailure("github-unreachable", `${what} (${text})`, "run again in a while", { cause: error });
  }
  const next = "check `permissions:` of the job and the inputs, then run again";
  return new ActionFailure("github-refused", `GitHub refused a call with ${status} (${text})`, next, { cause: error });
}
