import type { Engine } from "./engine.ts";
import type { Stack } from "./stack.ts";
import type { StackPlan } from "./stack-plan.ts";
import { waves } from "./waves.ts";

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
export async function planStacks(engine: Engine, stacks: readonly Stack[]): Promise<readonly StackOutlook[]> {
  const outlooks = new Map<string, StackOutlook>();
  for (const wave of waves(stacks)) {
    const found = await Promise.all(wave.map((stack) => outlook(engine, stacks, stack, outlooks)));
    for (const each of found) outlooks.set(each.stack.name, each);
  }
  return [...outlooks.values()];
}

async function outlook(
  engine: Engine,
  stacks: readonly Stack[],
  stack: Stack,
  earlier: ReadonlyMap<string, StackOutlook>,
): Promise<StackOutlook> {
  const after: string[] = [];
  for (const upstream of stacks.filter(({ name }) => stack.upstreams.includes(name))) {
    const outputs = await engine.outputs(upstream);
    const reads = stack.reads.filter((read) => read.upstream === upstream.name);
    // An interrupted first apply leaves objects without outputs.
    if (outputs === undefined || reads.some(({ output }) => !(output in outputs))) after.push(upstream.name);
  }
  if (after.length > 0) {
    const names = after.map((name) => `\`${name}\``).join(" and ");
    const text = `planned after ${names} ${after.length === 1 ? "is" : "are"} applied (${stack.resourceCount} resources)`;
    return { kind: "later", stack, after, text };
  }
  const provisional = stack.upstreams.filter((name) => {
    const upstream = earlier.get(name);
    return upstream?.kind === "later" || (upstream?.kind === "planned" && !upstream.plan.empty);
  });
  return { kind: "planned", stack, plan: await engine.plan(stack), provisional };
}
