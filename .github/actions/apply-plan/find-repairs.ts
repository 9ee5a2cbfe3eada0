import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { ReviewedPlan } from "./find-plans.ts";

/**
 * Names of the stacks that are as they were last applied, but that a reviewed plan puts back to that: somebody changed them in
 * AWS. Once a plan was applied the state is another, so that a second run finds nothing to repair.
 */
export async function findRepairs(
  plans: readonly ReviewedPlan[],
  { engine, stacks }: Pick<OpenedEngine, "engine" | "stacks">,
  differences: ReadonlyMap<string, string | undefined>,
): Promise<ReadonlySet<string>> {
  const repairs = new Set<string>();
  for (const stack of stacks.filter(({ name }) => differences.get(name) === undefined)) {
    const reviewed = plans
      .flatMap(({ manifest }) => manifest.stacks)
      .find(({ name, config, empty }) => name === stack.name && config === stack.sha256 && !empty);
    const state = reviewed === undefined ? undefined : await engine.state(stack);
    if (state !== undefined && state.serial === reviewed?.state?.serial && state.lineage === reviewed.state.lineage) {
      repairs.add(stack.name);
    }
  }
  return repairs;
}
