import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import type { Stack } from "./stack.ts";
import { takeOver } from "./take-over.ts";

/** Destroys what the state of a stack holds, and what an interrupted apply made without writing it down. */
export async function destroyStack(context: EngineContext, stack: Stack): Promise<number> {
  const { runner, states, store, lockTimeoutSeconds } = context;
  const { importsPath } = await runner.prepare(stack);
  const place = store(stack);
  await place.remove("record");
  await takeOver(context, stack);
  const before = await states.resources(stack);
  if (before.length > 0) {
    const lockTimeout = `-lock-timeout=${lockTimeoutSeconds}s`;
    const args = ["apply", "-destroy", "-auto-approve", "-input=false", "-json", lockTimeout];
    await runner.run(stack, "destroy", args);
  }
  rmSync(importsPath, { force: true });
  await place.remove("marker");
  return before.length;
}
