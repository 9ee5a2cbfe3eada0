import type { Engine } from "./engine.ts";
import type { Stack } from "./stack.ts";
import type { StackPlan } from "./stack-plan.ts";

/** What can be said of a stack before anything is applied. */
export type StackOutlook =
  /** `provisional` names the upstreams that have changes of their own: the plan may differ once they are applied. */
  | {
      readonly kind: "planned";
      readonly stack: Stack;
      readonly plan: StackPlan;
      readonly provisional: readonly string[];
    }
  /** An upstream was never applied; `text` says "planned after `network` is applied (23 resources)". */
  | { readonly kind: "later"; readonly stack: Stack; readonly after: readonly string[]; readonly text: string };

/** Plans all stacks without applying any. */
export async function planStacks(_engine: Engine, _stacks: readonly Stack[]): Promise<readonly StackOutlook[]> {
  throw new Error("not written yet");
}
