import type { Engine, Stack } from "@slipway/infra/engine";
import { Failure } from "../failure.ts";
import type { Delivery } from "./delivery.ts";

/** Plans every stack once more: after all the deployments Terraform must have nothing to say. */
export async function finalPlans(
  { reporter, signal }: Delivery,
  engine: Engine,
  stacks: readonly Stack[],
): Promise<void> {
  await reporter.step("Plans at the end", async (step) => {
    const plans = await Promise.all(stacks.map((stack) => engine.plan(stack)));
    signal.throwIfAborted();
    const changed = plans.filter(({ empty }) => !empty);
    if (changed.length > 0) {
      const what = changed.flatMap(({ stack, changes, outputChanges }) => [
        ...changes
          .filter(({ action }) => action !== "no-op")
          .map(({ address, action }) => `${stack.name}: ${action} ${address}`),
        ...outputChanges.map((name) => `${stack.name}: output ${name}`),
      ]);
      throw new Failure(`the plans at the end must be empty, but: ${what.join("; ")}.`, changed[0]?.logPath);
    }
    step.result(`${plans.length} plans, all empty`);
  });
}
