import { Failure, type FailureDetails } from "@slipway/core";
import type { LockInfo } from "./state/lock.ts";
import type { Diagnostic } from "./terraform-log.ts";

/** Reasons that a caller may handle; other errors have none. */
export type EngineFailureReason =
  /** Another process holds the lock; see `holder`. */
  | "state-locked"
  /** The state changed since the plan was saved. Nothing was applied. */
  | "saved-plan-stale"
  /** The provider is not to be had. */
  | "provider-unavailable"
  /** A stop that was asked for. */
  | "interrupted"
  /** Terraform was killed. */
  | "killed"
  /** The bucket of the states does not exist, lies elsewhere or may not be read. */
  | "state-unreachable";

/** What a resource waited for in vain, and what to do next. */
export interface WaitFailure {
  readonly what: string;
  readonly next: string;
}

export interface EngineErrorDetails extends FailureDetails {
  readonly reason?: EngineFailureReason | undefined;
  /** Who holds the lock, with reason "state-locked". */
  readonly holder?: LockInfo | undefined;
  /** Terraform's diagnostics; they may hold values that must not be printed. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** What a resource waited for in vain, in better words than the diagnostics. */
  readonly explanation?: WaitFailure | undefined;
}

/** A failure of the engine, with the reason that callers distinguish and Terraform's own words. */
export class EngineError extends Failure {
  override readonly name = "EngineError";
  readonly reason: EngineFailureReason | undefined;
  readonly holder: LockInfo | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly explanation: WaitFailure | undefined;

  constructor(what: string, next?: string, details: EngineErrorDetails = {}) {
    super(what, next, details);
    this.reason = details.reason;
    this.holder = details.holder;
    this.diagnostics = details.diagnostics ?? [];
    this.explanation = details.explanation;
  }
}
