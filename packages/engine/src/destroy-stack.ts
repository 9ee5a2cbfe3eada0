import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import { planStack } from "./plan-stack.ts";
import type { Stack } from "./stack.ts";
import { readMarker } from "./workspace.ts";

/** Destroys what the state of a stack holds, and what an interrupted apply made without writing it down. */
export async function destroyStack(context: EngineContext, stack: Stack): Promise<number> {
  const { runner, states } = context;
  const { importsPath, markerPath, recordPath } = await runner.prepare(stack);
  rmSync(recordPath, { force: true });
  if (readMarker(markerPath) !== undefined) await takeIn(context, stack);
  const before = await states.resources(stack);
  if (before.length > 0) {
    await runner.run(stack, "destroy", [
      "apply",
      "-destroy",
      "-auto-approve",
      "-input=false",
      "-json",
      "-lock-timeout=300s",
    ]);
  }
  rmSync(importsPath, { force: true });
  rmSync(markerPath, { force: true });
  return before.length;
}

/** Imports one by one: applying the plan would create the rest of the stack as well. */
async function takeIn(context: EngineContext, stack: Stack): Promise<void> {
  const { runner } = context;
  const { adopted } = await planStack(context, stack);
  rmSync(runner.workspace(stack).importsPath, { force: true });
  for (const [address, id] of Object.entries(adopted)) {
    await runner.run(stack, "import", ["import", "-input=false", "-no-color", "-lock-timeout=300s", address, id]);
  }
}
