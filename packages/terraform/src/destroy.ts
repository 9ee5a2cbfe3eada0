import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import { planStack } from "./plan.ts";
import type { Stack } from "./stack.ts";

/** Destroys the resources in the state of a stack and the leftovers of an interrupted apply. */
export async function destroyStack(context: EngineContext, stack: Stack): Promise<number> {
  const { runner, states, store, lockTimeoutSeconds } = context;
  const { importsPath } = await runner.prepare(stack);
  const stateStore = store(stack);
  await stateStore.remove("record");
  await importLeftovers(context, stack);
  const before = await states.resources(stack);
  if ((await states.outputs(stack)) !== undefined) {
    const lockTimeout = `-lock-timeout=${lockTimeoutSeconds}s`;
    // What a stack without resources looked up may be gone by now, or no longer be as it must.
    const refresh = before.length > 0 ? [] : ["-refresh=false"];
    const args = ["apply", "-destroy", "-auto-approve", "-input=false", "-json", lockTimeout, ...refresh];
    await runner.run(stack, "destroy", args);
  }
  rmSync(importsPath, { force: true });
  await stateStore.remove("marker");
  return before.length;
}

/** Imports the leftovers of an interrupted apply into the state, one by one, because applying the plan would create the rest as well. */
export async function importLeftovers(context: EngineContext, stack: Stack): Promise<Readonly<Record<string, string>>> {
  const { runner, store, lockTimeoutSeconds } = context;
  if ((await store(stack).read("marker")) === undefined) return {};
  const { imported } = await planStack(context, stack);
  rmSync(runner.stackFolder(stack).importsPath, { force: true });
  for (const [address, id] of Object.entries(imported)) {
    const lockTimeout = `-lock-timeout=${lockTimeoutSeconds}s`;
    await runner.run(stack, "import", ["import", "-input=false", "-no-color", lockTimeout, address, id]);
  }
  return imported;
}
