import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import { planStack } from "./plan.ts";
import type { Stack } from "./stack.ts";

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
