import type { Log } from "@slipway/core";
import type { PlanStore } from "@slipway/plan-review/manifest/plan-store";
import type { StoredPlans } from "@slipway/plan-review/manifest/stored-plans";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { redactionRules } from "@slipway/plan-review/redact/redact-plan";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import type { AppliedStack } from "./apply-stacks.ts";
import type { FoundPlans } from "./find-plans.ts";
import type { ApplyInput } from "./input.ts";

/** What every step of an apply works with. */
export interface ApplyContext {
  readonly input: ApplyInput;
  readonly opened: OpenedEngine;
  readonly stored: StoredPlans;
  readonly store: PlanStore;
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
