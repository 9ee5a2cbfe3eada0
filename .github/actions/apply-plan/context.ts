import type { Log } from "@slipway/core";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { PromiseStore } from "@slipway/plan-review/promise/promise-store";
import type { StoredPromises } from "@slipway/plan-review/promise/stored-promises";
import type { redactionRules } from "@slipway/plan-review/redact/redact-plan";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import type { AppliedStack } from "./apply-stacks.ts";
import type { DomainCheck } from "./check-domains.ts";
import type { DestroyRules } from "./checks.ts";
import type { FoundPlans } from "./find-plans.ts";
import type { ApplyInput } from "./input.ts";

/** What every step of an apply works with. */
export interface ApplyContext {
  readonly input: ApplyInput;
  readonly opened: OpenedEngine;
  readonly stored: StoredPromises;
  readonly store: PromiseStore;
  readonly labelOf: DestroyRules["labelOf"];
  readonly checkDomains: DomainCheck;
  readonly rules: ReturnType<typeof redactionRules>;
  readonly redactor: Redactor;
  readonly runId: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The progress of the run, for its report, whether it succeeds or fails. */
export interface Progress {
  found: FoundPlans;
  applied: readonly AppliedStack[];
}
