import type { FailureReason } from "./failure-reasons.ts";

export interface FailureDetails {
  /** Outputs that are known in spite of the failure. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Markdown for the job summary; without it the message is shown. */
  readonly summary?: string;
  readonly cause?: unknown;
}

/** A failure with what happened and why, and what to do next. */
export class Failure extends Error {
  readonly reason: FailureReason;
  readonly what: string;
  readonly next: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string | undefined;

  constructor(reason: FailureReason, what: string, next: string, details: FailureDetails = {}) {
    super(`${what}; ${next}.`, { cause: details.cause });
    this.name = "Failure";
    this.reason = reason;
    this.what = what;
    this.next = next;
    this.outputs = details.outputs ?? {};
    this.summary = details.summary;
  }
}
