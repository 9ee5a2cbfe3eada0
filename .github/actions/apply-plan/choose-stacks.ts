import { ActionFailure } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { PromisedStack } from "@slipway/plan-review/promise/promise";
import type { Stack } from "@slipway/terraform";
import type { ReviewedPlan } from "./find-plans.ts";

/** A stack and what was reviewed for it. */
export interface ChosenStack {
  readonly stack: Stack;
  readonly reviewed: PromisedStack;
  readonly plan: ReviewedPlan;
  /** It is as it was last applied, and is put back to that in AWS. */
  readonly repair: boolean;
}

export interface Selection {
  /** To be applied. */
  readonly chosen: readonly ChosenStack[];
  /** Reviewed, and applied already: an earlier run did it. */
  readonly done: readonly Stack[];
  /** Could not be planned before another stack is applied. */
  readonly waiting: readonly Stack[];
  /** Differ from what was last applied without being part of a plan here. */
  readonly apart: readonly Stack[];
}

export interface SelectionRequest {
  readonly environment: string;
  readonly stacks: readonly Stack[];
  /** How each stack differs from what was last applied; undefined where it does not. */
  readonly differences: ReadonlyMap<string, string | undefined>;
  /** Names of stacks that a plan puts back to what was last applied. */
  readonly repairs?: ReadonlySet<string>;
  /** The newest first. */
  readonly plans: readonly ReviewedPlan[];
}

/** For each stack the newest plan of just this JSON. Several pull requests may have come with one push. */
export function chooseStacks(request: SelectionRequest): Selection {
  const { environment, stacks, differences, repairs = new Set(), plans } = request;
  const differs = (stack: Stack) => differences.get(stack.name) !== undefined || repairs.has(stack.name);
  const matching = (stack: Stack) => reviewsOf(stack, plans).find(({ reviewed }) => reviewed.config === stack.sha256);
  const affected = withReaders(
    stacks,
    stacks.filter((stack) => differs(stack) && matching(stack) !== undefined),
  );
  // One that reads what is applied here may differ as soon as that is done.
  const touched = stacks.filter((stack) => differs(stack) || affected.has(stack.name));
  const changed = touched.filter((stack) => reviewsOf(stack, plans).length > 0 && matching(stack) === undefined);
  if (changed.length > 0) throw configChanged(changed, environment);
  const chosen = touched.flatMap((stack): ChosenStack[] => {
    const found = matching(stack);
    return found === undefined ? [] : [{ stack, ...found, repair: repairs.has(stack.name) }];
  });
  const chosenNames = new Set(chosen.map(({ stack }) => stack.name));
  const waits = (stack: Stack) => plans.some(({ promise }) => promise.waiting.includes(stack.name));
  const left = stacks.filter((stack) => differs(stack) && !chosenNames.has(stack.name));
  return {
    chosen,
    done: stacks.filter((stack) => !differs(stack) && !chosenNames.has(stack.name) && matching(stack) !== undefined),
    waiting: left.filter(waits),
    apart: left.filter((stack) => !waits(stack)),
  };
}

function reviewsOf({ name }: Stack, plans: readonly ReviewedPlan[]): Pick<ChosenStack, "reviewed" | "plan">[] {
  return plans.flatMap((plan) =>
    plan.promise.stacks.filter((stack) => stack.name === name).map((reviewed) => ({ reviewed, plan })),
  );
}

/** Names of the given stacks and of all that read them, directly or through others. */
function withReaders(stacks: readonly Stack[], from: readonly Stack[]): ReadonlySet<string> {
  const names = new Set(from.map(({ name }) => name));
  for (let size = -1; size < names.size; ) {
    size = names.size;
    for (const { name, upstreams } of stacks) if (upstreams.some((each) => names.has(each))) names.add(name);
  }
  return names;
}

function configChanged(changed: readonly Stack[], environment: string): ActionFailure {
  const names = changed.map(({ name }) => `\`${name}\``).join(", ");
  const what = `The definition of ${changed.length === 1 ? "stack" : "stacks"} ${names} is not the reviewed one: something else was merged since`;
  return new ActionFailure("config-changed", what, `plan what is there now: ${commands.plan(environment)}`);
}

/** How each stack differs from what was last applied; undefined where it does not. */
export async function differences({
  engine,
  stacks,
  account,
}: OpenedEngine): Promise<ReadonlyMap<string, string | undefined>> {
  const found = stacks.map(async (stack) => [stack.name, await engine.difference(stack, account)] as const);
  return new Map(await Promise.all(found));
}
