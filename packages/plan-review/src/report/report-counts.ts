import type { ChangeAction } from "../plan/plan-model.ts";
import type { SafeStack } from "./safe-report.ts";

export type Counts = Readonly<Record<ChangeAction, number>>;

/** How many changes of each kind the stacks have together. */
export function countChanges(stacks: readonly SafeStack[]): Counts {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, import: 0, move: 0, forget: 0 };
  for (const { plan } of stacks) for (const { action } of plan?.changes ?? []) counts[action] += 1;
  return counts;
}
