import { rmSync } from "node:fs";
import type { ApplyResult } from "./engine.ts";
import type { EngineContext } from "./engine-context.ts";
import { planStack } from "./plan-stack.ts";
import type { StackPlan } from "./stack-plan.ts";
import { writeMarker } from "./workspace.ts";

/** Applies a saved plan, or a new one when an upstream output moved since: Terraform would use the old value and say nothing. */
export async function applyStack(context: EngineContext, saved: StackPlan): Promise<ApplyResult> {
  const started = Date.now();
  const { runner, states } = context;
  const { stack } = saved;
  const moved = firstMoved(saved.upstreamHashes, await states.upstreamHashes(stack));
  if (moved !== undefined) runner.notice(stack, `${stack.name} is planned again: ${moved} changed since its plan`);
  const plan = moved === undefined ? saved : await planStack(context, stack);
  const { importsPath, markerPath, recordPath, logPath } = runner.workspace(stack);
  if (!plan.empty) {
    // From here until success the record of the last apply tells nothing.
    rmSync(recordPath, { force: true });
    const creates = plan.changes.filter(({ action }) => action === "create" || action === "replace");
    writeMarker(
      markerPath,
      creates.map(({ address }) => address),
    );
    await runner.run(stack, "apply", ["apply", "-input=false", "-json", "-lock-timeout=300s", plan.planPath]);
  }
  rmSync(importsPath, { force: true });
  rmSync(markerPath, { force: true });
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
