import type { OpenedEngine } from "@slipway/plan-review/open-engine";

/** How each stack differs from what was last applied; undefined where it does not. */
export async function differences({
  engine,
  stacks,
  account,
}: OpenedEngine): Promise<ReadonlyMap<string, string | undefined>> {
  const found = stacks.map(async (stack) => [stack.name, await engine.difference(stack, account)] as const);
  return new Map(await Promise.all(found));
}
