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
  /** Identity of the AWS the stacks live in: the local AWS's incarnation, or the account id. */
  readonly incarnation: string;
  /** One read call that tells whether the stack's objects are there; asked only for stacks that look unchanged. */
  readonly stillThere: (stack: Stack, outputs: Outputs) => Promise<boolean>;
  /** Told at the start of each wave and as each stack goes through it. */
  readonly onProgress?: (progress: ConvergeProgress) => void;
}

export type ConvergeProgress =
  | { readonly type: "wave"; readonly wave: number; readonly stacks: readonly Stack[] }
  /** Why the stack is not taken for unchanged. */
  | { readonly type: "planning"; readonly stack: Stack; readonly because: string }
  | { readonly type: "planned"; readonly plan: StackPlan }
  | { readonly type: "finished"; readonly result: StackResult };

/** Brings every stack to its JSON, wave by wave, stacks of one wave side by side. */
export async function convergeStacks(options: ConvergeOptions): Promise<readonly StackResult[]> {
  const results: StackResult[] = [];
  for (const [index, wave] of waves(options.stacks).entries()) {
    options.onProgress?.({ type: "wave", wave: index + 1, stacks: wave });
    const ends = await Promise.allSettled(wave.map((stack) => converge(stack, options)));
    // All of the wave have ended: nothing goes on behind the back of whoever reads the error.
    for (const end of ends) {
      if (end.status === "rejected") throw end.reason;
      results.push(end.value);
    }
  }
  return results;
}

async function converge(stack: Stack, options: ConvergeOptions): Promise<StackResult> {
  const { engine, incarnation, stillThere, onProgress = () => undefined } = options;
  const started = Date.now();
  const finish = (rest: Pick<StackResult, "status" | "plan" | "outputs">): StackResult => {
    const result = { stack, seconds: (Date.now() - started) / 1000, ...rest };
    onProgress({ type: "finished", result });
    return result;
  };
  const known = await engine.outputs(stack);
  const difference = await engine.difference(stack, incarnation);
  const gone = difference === undefined && known !== undefined && !(await stillThere(stack, known));
  if (difference === undefined && known !== undefined && !gone) {
    return finish({ status: "unchanged", plan: undefined, outputs: known });
  }
  onProgress({ type: "planning", stack, because: difference ?? "its objects are gone" });
  const plan = await engine.plan(stack);
  onProgress({ type: "planned", plan });
  const { outputs } = await engine.apply(plan);
  await engine.record(stack, incarnation);
  return finish({ status: plan.empty ? "no-changes" : "applied", plan, outputs });
}
