import {
  type ConvergeProgress,
  convergeStacks,
  type Engine,
  type Outputs,
  type Stack,
  type StackResult,
} from "@slipway/terraform";
import type { Step } from "../terminal/reporter.ts";
import { awsReads } from "./aws-reads.ts";
import type { Delivery } from "./delivery.ts";
import { stackSummary } from "./stack-summary.ts";
import { stillThere } from "./still-there.ts";

export interface BringUp {
  readonly engine: Engine;
  readonly stacks: readonly Stack[];
  /** Names the local AWS and how often it came back after an unclean end. */
  readonly incarnation: string;
}

/** Brings all stacks to their JSON and returns their outputs by stack name. */
export async function bringUp(
  delivery: Delivery,
  { engine, stacks, incarnation }: BringUp,
): Promise<Record<string, Outputs>> {
  const { reporter, variables } = delivery;
  const reads = awsReads(variables);
  return reporter.step("Stacks", async (step) => {
    const results = await convergeStacks({
      engine,
      stacks,
      incarnation,
      stillThere: (stack, outputs) => stillThere(reads, stack, outputs),
      onProgress: (progress) => tell(step, progress),
    });
    step.result(headline(results));
    step.markdown(stackSummary(results));
    return Object.fromEntries(results.map(({ stack, outputs }) => [stack.name, outputs]));
  });
}

function tell(step: Step, progress: ConvergeProgress): void {
  if (progress.type === "wave")
    step.say(`wave ${progress.wave}: ${progress.stacks.map(({ name }) => name).join(", ")}`);
  if (progress.type === "planning") step.say(`${progress.stack.name}: planned, because ${progress.because}`);
  if (progress.type === "planned") {
    const { stack, summary, empty, adopted } = progress.plan;
    const found = Object.keys(adopted).length;
    const adoptions = found > 0 ? `; ${found} left by an interrupted apply are taken over` : "";
    step.say(
      empty
        ? `${stack.name}: no changes`
        : `${stack.name}: ${summary.add} to add, ${summary.change} to change, ${summary.destroy} to destroy${adoptions}; applying`,
    );
  }
  if (progress.type === "finished") {
    const { stack, status, seconds } = progress.result;
    step.say(
      `${stack.name}: ${status === "applied" ? "applied" : status === "unchanged" ? "unchanged" : "no changes"} in ${seconds.toFixed(1)} s`,
    );
  }
}

function headline(results: readonly StackResult[]): string {
  const applied = results.filter(({ status }) => status === "applied").length;
  if (applied > 0) return `${applied} applied`;
  return results.every(({ status }) => status === "unchanged") ? "unchanged, nothing planned" : "planned, no changes";
}
