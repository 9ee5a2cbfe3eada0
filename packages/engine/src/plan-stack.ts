import { rmSync } from "node:fs";
import type { PlanOptions } from "./engine.ts";
import type { EngineContext } from "./engine-context.ts";
import { findAdoptions } from "./find-adoptions.ts";
import type { Stack } from "./stack.ts";
import type { StackPlan } from "./stack-plan.ts";
import type { StackRunner } from "./stack-runner.ts";
import { readLog } from "./terraform-log.ts";
import { readMarker, writeImports } from "./workspace.ts";

/** Plans one stack; after an interrupted apply, what exists without being in the state is planned as an import. */
export async function planStack(context: EngineContext, stack: Stack, options: PlanOptions = {}): Promise<StackPlan> {
  const { runner, states, adopter } = context;
  const { importsPath, markerPath } = await runner.prepare(stack);
  rmSync(importsPath, { force: true });
  const upstreamHashes = await states.upstreamHashes(stack);
  const plan = await planOnce(runner, stack, upstreamHashes, {});
  const created = options.adopt === true ? creations(plan) : readMarker(markerPath);
  if (created === undefined || plan.summary.add === 0) return plan;
  return await findAdoptions({
    runner,
    adopter,
    plan,
    created: new Set(created),
    again: async (adopted) => {
      writeImports(importsPath, adopted);
      return await planOnce(runner, stack, upstreamHashes, adopted);
    },
  });
}

function creations({ changes }: StackPlan): readonly string[] {
  return changes.filter(({ action }) => action === "create").map(({ address }) => address);
}

async function planOnce(
  runner: StackRunner,
  stack: Stack,
  upstreamHashes: Readonly<Record<string, string>>,
  adopted: Readonly<Record<string, string>>,
): Promise<StackPlan> {
  const started = Date.now();
  const { planPath, logPath } = runner.workspace(stack);
  const args = ["plan", "-input=false", "-json", "-detailed-exitcode", "-lock-timeout=300s", `-out=${planPath}`];
  const end = await runner.run(stack, "plan", args, [0, 2]);
  const { summary, changes, outputChanges } = readLog(end.lines);
  return {
    stack,
    planPath,
    logPath: logPath("plan"),
    empty: end.exitCode === 0 && Object.keys(adopted).length === 0,
    summary,
    changes,
    outputChanges,
    upstreamHashes,
    adopted,
    seconds: (Date.now() - started) / 1000,
  };
}
