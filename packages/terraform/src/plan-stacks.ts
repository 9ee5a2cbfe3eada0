import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import type { PlanOptions } from "./plan.ts";
import type { Stack, StackPlan } from "./stack.ts";
import { waves } from "./waves.ts";

export interface PlanChangedOptions {
  /** Id of the target: the instance id of the local AWS, or the account id. */
  readonly targetId: string;
  /** Plans unchanged stacks too. Default false. */
  readonly all?: boolean;
  readonly plan?: PlanOptions;
  readonly onProgress?: (progress: PlanProgress) => void;
}

export type PlanProgress =
  | { readonly type: "planning"; readonly stack: Stack; readonly reason: string }
  | { readonly type: "finished"; readonly result: StackPlanResult };

/**
 * Plans, without applying any, each stack that differs from what was last applied, and each that reads one of these. One that
 * fails never stops the others; an interrupt does.
 */
export async function planChanged(
  engine: Engine,
  stacks: readonly Stack[],
  options: PlanChangedOptions,
): Promise<readonly StackPlanResult[]> {
  const results = new Map<string, StackPlanResult>();
  for (const wave of waves(stacks)) {
    const found = await Promise.all(
      wave.map(async (stack) => {
        const result = await planOne(engine, stacks, stack, results, options).catch((error: Error) =>
          failed(stack, error),
        );
        options.onProgress?.({ type: "finished", result: result });
        return result;
      }),
    );
    for (const each of found) {
      if (each.kind === "failed" && each.error.reason === "interrupted") throw each.error;
      results.set(each.stack.name, each);
    }
  }
  return [...results.values()];
}

async function planOne(
  engine: Engine,
  stacks: readonly Stack[],
  stack: Stack,
  earlier: ReadonlyMap<string, StackPlanResult>,
  { targetId, all = false, plan: planOptions, onProgress }: PlanChangedOptions,
): Promise<StackPlanResult> {
  const upstreams = stacks.filter(({ name }) => stack.upstreams.includes(name));
  const changedUpstream = upstreams.find(({ name }) => earlier.get(name)?.kind !== "unchanged");
  const reason =
    (await engine.difference(stack, targetId)) ??
    (changedUpstream === undefined ? undefined : `it reads ${changedUpstream.name}`) ??
    (all ? "all stacks are planned" : undefined);
  if (reason === undefined) return { kind: "unchanged", stack };
  const after = await waitsFor(engine, stack, upstreams);
  if (after.length > 0) return { kind: "blocked", stack, after, text: blockedText(stack, after) };
  onProgress?.({ type: "planning", stack, reason });
  const provisional = stack.upstreams.filter((name) => mayChange(earlier.get(name)));
  return { kind: "planned", stack, plan: await engine.plan(stack, planOptions), provisional, reason };
}

/** Upstreams that lack an output this stack reads. An interrupted first apply leaves objects without outputs. */
async function waitsFor(engine: Engine, stack: Stack, upstreams: readonly Stack[]): Promise<readonly string[]> {
  const lacking = await Promise.all(
    upstreams.map(async (upstream) => {
      const outputs = await engine.outputs(upstream);
      const reads = stack.reads.filter((read) => read.upstream === upstream.name);
      return outputs === undefined || reads.some(({ output }) => !(output in outputs)) ? [upstream.name] : [];
    }),
  );
  return lacking.flat();
}

function blockedText(stack: Stack, after: readonly string[]): string {
  const names = after.map((name) => `\`${name}\``).join(" and ");
  return `planned after ${names} ${after.length === 1 ? "is" : "are"} applied (${stack.resourceCount} resources)`;
}

/** Whether outputs may be others once this run's plans are applied; an empty plan that is itself provisional counts. */
function mayChange(upstream: StackPlanResult | undefined): boolean {
  if (upstream === undefined || upstream.kind === "unchanged") return false;
  return upstream.kind !== "planned" || !upstream.plan.empty || upstream.provisional.length > 0;
}

function failed(stack: Stack, error: Error): StackPlanResult {
  if (error instanceof EngineError) return { kind: "failed", stack, error };
  const wrapped = new EngineError(`plan of ${stack.name} failed: ${error.message}`, undefined, { cause: error });
  return { kind: "failed", stack, error: wrapped };
}

/** Result of planning one stack. */
export type StackPlanResult =
  /** As it was last applied; not planned. */
  | { readonly kind: "unchanged"; readonly stack: Stack }
  | {
      readonly kind: "planned";
      readonly stack: Stack;
      readonly plan: StackPlan;
      /** Upstreams whose outputs may be others once they are applied: then this plan may be another too. */
      readonly provisional: readonly string[];
      /** Why it was planned, e.g. "its definition changed". */
      readonly reason: string;
    }
  /** An upstream lacks an output this stack reads; `text` says "planned after `network` is applied (23 resources)". */
  | { readonly kind: "blocked"; readonly stack: Stack; readonly after: readonly string[]; readonly text: string }
  | { readonly kind: "failed"; readonly stack: Stack; readonly error: EngineError };
