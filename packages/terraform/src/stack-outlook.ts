import type { EngineError } from "./engine-error.ts";
import type { Stack } from "./stack.ts";
import type { StackPlan } from "./stack-plan.ts";

/** What can be said of a stack before anything is applied. */
export type StackOutlook =
  /** As it was last applied; not planned. */
  | { readonly kind: "unchanged"; readonly stack: Stack }
  | {
      readonly kind: "planned";
      readonly stack: Stack;
      readonly plan: StackPlan;
      /** Upstreams whose outputs may be others once they are applied: then this plan may be another too. */
      readonly provisional: readonly string[];
      /** Why it was planned, e.g. "its definition changed". */
      readonly because: string;
    }
  /** An upstream lacks an output this stack reads; `text` says "planned after `network` is applied (23 resources)". */
  | { readonly kind: "later"; readonly stack: Stack; readonly after: readonly string[]; readonly text: string }
  | { readonly kind: "failed"; readonly stack: Stack; readonly error: EngineError };
