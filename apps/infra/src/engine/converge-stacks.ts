import type { Engine, Outputs } from "./engine.ts";
import type { Stack } from "./stack.ts";
import type { StackPlan } from "./stack-plan.ts";

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
  | { readonly type: "planned"; readonly plan: StackPlan }
  | { readonly type: "finished"; readonly result: StackResult };

/** Brings every stack to its JSON, wave by wave, stacks of one wave side by side. */
export async function convergeStacks(_options: ConvergeOptions): Promise<readonly StackResult[]> {
  throw new Error("not written yet");
}
