import type { Engine, Stack } from "@slipway/terraform";

export interface PlanDifferences {
  readonly plans: number;
  /** What Terraform would do, in words; empty when every plan is. */
  readonly differences: readonly string[];
  /** Log of the first plan that is not empty. */
  readonly logPath: string | undefined;
}

/** Plans every stack and tells what each plan would change. */
export async function planDifferences(engine: Engine, stacks: readonly Stack[]): Promise<PlanDifferences> {
  const ends = await Promise.allSettled(stacks.map((stack) => engine.plan(stack)));
  const plans = ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
  const changed = plans.filter(({ empty }) => !empty);
  const differences = changed.flatMap(({ stack, changes, outputChanges }) => [
    ...changes
      .filter(({ action }) => action !== "no-op")
      .map(({ address, action }) => `${stack.name}: ${action} ${address}`),
    ...outputChanges.map((name) => `${stack.name}: output ${name}`),
  ]);
  return { plans: plans.length, differences, logPath: changed[0]?.logPath };
}
