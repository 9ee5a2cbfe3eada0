import { rmSync } from "node:fs";
import { applyPlanFile } from "./apply-plan-file.ts";
import type { ApplyResult } from "./engine.ts";
import type { EngineContext } from "./engine-context.ts";
import { planStack } from "./plan.ts";
import type { StackPlan } from "./stack-plan.ts";

/** Applies a saved plan, or a new one when an upstream output moved since: Terraform would use the old value and say nothing. */
export async function applyStack(context: EngineContext, saved: StackPlan): Promise<ApplyResult> {
  const started = Date.now();
  const { runner, states, store } = context;
  const { stack } = saved;
  const moved = firstMoved(saved.upstreamHashes, await states.upstreamHashes(stack));
  if (moved !== undefined) runner.notice(stack, `${stack.name} is planned again: ${moved} changed since its plan`);
  const plan = moved === undefined ? saved : await planStack(context, stack);
  const { importsPath, logPath } = runner.workspace(stack);
  if (plan.empty) await store(stack).remove("marker");
  else {
    const creates = plan.changes.filter(({ action }) => action === "create" || action === "replace");
    await applyPlanFile(
      context,
      stack,
      plan.planPath,
      creates.map(({ address }) => address),
    );
  }
  rmSync(importsPath, { force: true });
  return {
    summary: plan.summary,
    replanned: moved !== undefined,
    outputs: (await states.outputs(stack)) ?? {},
    logPath: logPath(plan.empty ? "plan" : "apply"),
    seconds: (Date.now() - started) / 1000,
  };
}

function firstMoved(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string | undefined {
  return Object.keys({ ...before, ...now }).find((key) => before[key] !== now[key]);
}
