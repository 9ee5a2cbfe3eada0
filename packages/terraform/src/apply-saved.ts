import { resolve } from "node:path";
import { applyPlanFile } from "./apply-plan-file.ts";
import type { ApplyResult } from "./engine.ts";
import type { EngineContext } from "./engine-context.ts";
import type { Stack } from "./stack.ts";
import { readLog } from "./terraform-log.ts";

export interface SavedPlan {
  /** The file that `plan` wrote, here or on another machine. */
  readonly planPath: string;
  /** Text of `.terraform.lock.hcl` beside which it was made: another provider is refused. Default: the one at hand. */
  readonly lockFile?: string;
  /** Addresses that it creates: should it be interrupted, the next plan looks for them. */
  readonly changes?: readonly string[];
}

/** Applies exactly this file. Whether upstream outputs are still those it was made with is the caller's to compare; so is the record. */
export async function applySaved(context: EngineContext, stack: Stack, saved: SavedPlan): Promise<ApplyResult> {
  const started = Date.now();
  const { runner, states } = context;
  const { logPath } = await runner.prepare(stack, saved.lockFile);
  const { lines } = await applyPlanFile(context, stack, resolve(saved.planPath), saved.changes ?? []);
  return {
    summary: readLog(lines).summary,
    replanned: false,
    outputs: (await states.outputs(stack)) ?? {},
    logPath: logPath("apply"),
    seconds: (Date.now() - started) / 1000,
  };
}
