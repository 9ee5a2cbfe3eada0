import { statusOf } from "./status-of.ts";

/** Why GitHub does not let us write, as far as that is no fault of this run; undefined for any other error. */
export function writeRefusal(error: unknown): string | undefined {
  const status = statusOf(error);
  const text = error instanceof Error ? error.message : "";
  if (status === 403 && /rate limit/i.test(text)) return undefined;
  // A fork's pull request or Dependabot's gets a token that only reads; a locked conversation takes no comment.
  if (status === 403) return /locked/i.test(text) ? "the conversation is locked" : "the token may only read";
  return status === 410 ? "comments are switched off" : undefined;
}
