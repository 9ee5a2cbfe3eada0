import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { waves } from "@slipway/terraform";

/** Applies all stacks and writes down that it did, as an apply of main does. */
export async function applyStacks({ engine, stacks, account }: OpenedEngine): Promise<void> {
  for (const wave of waves(stacks)) {
    await Promise.all(
      wave.map(async (stack) => {
        await engine.apply(await engine.plan(stack));
        await engine.record(stack, account);
      }),
    );
  }
}
