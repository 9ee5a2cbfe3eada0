import { Failure } from "@slipway/core";
import type { Engine, Stack } from "@slipway/terraform";
import type { Delivery } from "./delivery.ts";
import { planDifferences } from "./plan-differences.ts";

/** Plans every stack once more: after all the deployments Terraform must have nothing to say. */
export async function finalPlans(
  { reporter, signal }: Delivery,
  engine: Engine,
  stacks: readonly Stack[],
): Promise<void> {
  await reporter.step("Plans at the end", async (step) => {
    const { plans, differences, logPath } = await planDifferences(engine, stacks);
    signal.throwIfAborted();
    if (differences.length > 0) {
      throw new Failure(
        `the plans at the end must be empty, but: ${differences.join("; ")}. Somebody else changed these objects, or a stack never settles`,
        "the log has each attribute",
        { logPath },
      );
    }
    step.result(`${plans} plans, all empty`);
  });
}
