import { Failure } from "@slipway/core";
import {
  type ConvergeProgress,
  convergeStacks,
  type Engine,
  type Outputs,
  type Stack,
  type StackResult,
} from "@slipway/terraform";
import type { Step } from "../terminal/reporter.ts";
import { awsReads, stillThere } from "./aws-reads.ts";
import { type Delivery, stackSummary } from "./delivery.ts";
import { handOver } from "./hand-over.ts";

export interface ApplyStacksRequest {
  readonly engine: Engine;
  readonly stacks: readonly Stack[];
  /** Id of the local AWS and the number of its unclean restarts. */
  readonly targetId: string;
}

/** Plans and applies all stacks as needed; returns their outputs by stack name. */
export async function applyStacks(
  delivery: Delivery,
  { engine, stacks, targetId }: ApplyStacksRequest,
): Promise<Record<string, Outputs>> {
  const { reporter, variables } = delivery;
  const reads = awsReads(variables);
  return reporter.step("Stacks", async (step) => {
    const results = await convergeStacks({
      engine,
      stacks,
      targetId,
      stillThere: (stack, outputs) => stillThere(reads, stack, outputs),
      beforePlan: (stack) => handOver(stack, { engine, stacks, variables, step }),
      onProgress: (progress) => printProgress(step, progress),
    });
    step.result(headline(results));
    step.markdown(stackSummary(results));
    return Object.fromEntries(results.map(({ stack, outputs }) => [stack.name, outputs]));
  });
}

function printProgress(step: Step, progress: ConvergeProgress): void {
  if (progress.type === "planning") step.print(`${progress.stack.name}: planned, because ${progress.reason}`);
  if (progress.type === "planned") {
    const { stack, summary, empty, imported: importedIds } = progress.plan;
    const imported = Object.keys(importedIds).length;
    const imports = imported > 0 ? `; ${imported} left by an interrupted apply are imported` : "";
    step.print(
      empty
        ? `${stack.name}: no changes`
        : `${stack.name}: ${summary.add} to add, ${summary.change} to change, ${summary.destroy} to destroy${imports}; applying`,
    );
  }
  if (progress.type === "finished") {
    const { stack, status, seconds } = progress.result;
    step.print(
      `${stack.name}: ${status === "applied" ? "applied" : status === "unchanged" ? "unchanged" : "no changes"} in ${seconds.toFixed(1)} s`,
    );
  }
}

function headline(results: readonly StackResult[]): string {
  const applied = results.filter(({ status }) => status === "applied").length;
  if (applied > 0) return `${applied} applied`;
  return results.every(({ status }) => status === "unchanged") ? "unchanged, nothing planned" : "planned, no changes";
}

/** Plans every stack again and checks that the deployments caused no changes. */
export async function finalPlans(
  { reporter, signal }: Delivery,
  engine: Engine,
  stacks: readonly Stack[],
): Promise<void> {
  await reporter.step("Plans at the end", async (step) => {
    const { plans, differences, logPath } = await planDifferences(engine, stacks);
    signal.throwIfAborted();
    if (differences.length > 0) {
      throw new Failure(
        `the plans at the end must be empty, but: ${differences.join("; ")}. Somebody else changed these objects, or a stack never reaches a steady state`,
        "the log has each attribute",
        { logPath },
      );
    }
    step.result(`${plans} plans, all empty`);
  });
}

export interface PlanDifferences {
  readonly plans: number;
  /** Changes of all plans as text; empty if every plan is empty. */
  readonly differences: readonly string[];
  /** Log of the first plan that is not empty. */
  readonly logPath: string | undefined;
}

/** Plans every stack and returns the changes of the plans. */
export async function planDifferences(engine: Engine, stacks: readonly Stack[]): Promise<PlanDifferences> {
  const ends = await Promise.allSettled(stacks.map((stack) => engine.plan(stack)));
  const plans = ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
  const changed = plans.filter(({ empty }) => !empty);
  const differences = changed.flatMap(({ stack, changes, outputChanges }) => [
    ...changes
      .filter(({ action }) => action !== "no-op")
      .map(({ address, action }) => `${stack.name}: ${action} ${address}`),
    ...outputChanges.map((name) => `${stack.name}: output ${name}`),
  ]);
  return { plans: plans.length, differences, logPath: changed[0]?.logPath };
}
