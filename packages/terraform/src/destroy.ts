import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import { planStack } from "./plan.ts";
import type { Stack } from "./stack.ts";

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

/** Writes into the state what an interrupted apply made without writing it down. Import by import: applying the plan would create the rest as well. */
export async function takeOver(context: EngineContext, stack: Stack): Promise<Readonly<Record<string, string>>> {
  const { runner, store, lockTimeoutSeconds } = context;
  if ((await store(stack).read("marker")) === undefined) return {};
  const { adopted } = await planStack(context, stack);
  rmSync(runner.workspace(stack).importsPath, { force: true });
  for (const [address, id] of Object.entries(adopted)) {
    const lockTimeout = `-lock-timeout=${lockTimeoutSeconds}s`;
    await runner.run(stack, "import", ["import", "-input=false", "-no-color", lockTimeout, address, id]);
  }
  return adopted;
}
