import type { Log } from "@slipway/core";
import type { OpenedEngine } from "../lib/engine/open-engine.ts";
import type { PlanStore } from "../lib/manifest/plan-store.ts";
import type { StoredPlans } from "../lib/manifest/stored-plans.ts";
import type { redactionRules } from "../lib/plan/redact/redaction-rules.ts";
import type { ApplyInput } from "./apply-input.ts";
import type { AppliedStack } from "./apply-waves.ts";
import type { FoundPlans } from "./find-plans.ts";
import type { Redactor } from "./redactor.ts";

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

/** How far the run came: what can be told of it, however it ends. */
export interface Progress {
  found: FoundPlans;
  applied: readonly AppliedStack[];
}
