import type { Engine } from "./engine.ts";
import type { Outputs } from "./options.ts";
import type { Stack, StackPlan } from "./stack.ts";
import { waves } from "./waves.ts";

export interface StackResult {
  readonly stack: Stack;
  /** "unchanged": not even planned; "no-changes": planned, nothing to do; "applied". */
  readonly status: "unchanged" | "no-changes" | "applied";
  readonly plan: StackPlan | undefined;
  readonly outputs: Outputs;
  readonly seconds: number;
}

export interface ConvergeOptions {
  readonly engine: Engine;
  readonly stacks: readonly Stack[];
  /** Id of the target: the instance id of the local AWS, or the account id. */
  readonly targetId: string;
  /** Whether the stack's objects still exist, by one read call; called only for stacks that look unchanged. */
  readonly stillThere: (stack: Stack, outputs: Outputs) => Promise<boolean>;
  /** Called before a stack is planned; what it throws ends the run with nothing of the stack changed. @default nothing */
  readonly beforePlan?: (stack: Stack) => Promise<void>;
  /** Called for each step of a stack. */
  readonly onProgress?: (progress: ConvergeProgress) => void;
}

export type ConvergeProgress =
  /** Why the stack is not taken for unchanged. */
  | { readonly type: "planning"; readonly stack: Stack; readonly reason: string }
  | { readonly type: "planned"; readonly plan: StackPlan }
  | { readonly type: "finished"; readonly result: StackResult };

/** Brings every stack to its JSON, each as soon as those are done whose outputs it reads. After a failure no further one is begun. */
export async function convergeStacks(options: ConvergeOptions): Promise<readonly StackResult[]> {
  const running = new Map<string, Promise<StackResult>>();
  let failed: { readonly error: unknown } | undefined;
  const begin = async (stack: Stack, upstreams: readonly Promise<StackResult>[]) => {
    try {
      await Promise.all(upstreams);
      if (failed !== undefined) throw failed.error;
      return await converge(stack, options);
    } catch (error) {
      failed ??= { error };
      throw error;
    }
  };
  for (const stack of waves(options.stacks).flat()) {
    running.set(
      stack.name,
      begin(
        stack,
        stack.upstreams.flatMap((name) => running.get(name) ?? []),
      ),
    );
  }
  // Every stack has ended, so none still runs when the error is shown.
  const ends = await Promise.allSettled(running.values());
  if (failed !== undefined) throw (failed as { readonly error: unknown }).error;
  const results = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  return await Promise.all(results.map((result) => deleteKept(result, options)));
}

/** The stacks behind serve other certificates by now. */
async function deleteKept(
  result: StackResult,
  { engine, targetId, onProgress }: ConvergeOptions,
): Promise<StackResult> {
  const { stack, plan } = result;
  if (plan?.kept === undefined) return result;
  onProgress?.({ type: "planning", stack, reason: "nothing serves its old certificates any more" });
  const next = await engine.plan(stack);
  onProgress?.({ type: "planned", plan: next });
  const { outputs } = await engine.apply(next);
  await engine.record(stack, targetId);
  return { ...result, outputs };
}

async function converge(stack: Stack, options: ConvergeOptions): Promise<StackResult> {
  const { engine, targetId, stillThere, beforePlan, onProgress = () => undefined } = options;
  const started = Date.now();
  const finish = (rest: Pick<StackResult, "status" | "plan" | "outputs">): StackResult => {
    const result = { stack, seconds: (Date.now() - started) / 1000, ...rest };
    onProgress({ type: "finished", result });
    return result;
  };
  const known = await engine.outputs(stack);
  const difference = await engine.difference(stack, targetId);
  const gone = difference === undefined && known !== undefined && !(await stillThere(stack, known));
  if (difference === undefined && known !== undefined && !gone) {
    return finish({ status: "unchanged", plan: undefined, outputs: known });
  }
  await beforePlan?.(stack);
  onProgress({ type: "planning", stack, reason: difference ?? "its objects are gone" });
  const plan = await engine.plan(stack);
  onProgress({ type: "planned", plan });
  const { outputs } = await engine.apply(plan);
  await engine.record(stack, targetId);
  return finish({ status: plan.empty ? "no-changes" : "applied", plan, outputs });
}
