import type { EngineContext } from "./engine-context.ts";
import { EngineError } from "./engine-error.ts";
import type { TerraformEnd } from "./process.ts";
import type { Stack } from "./stack.ts";
import { applyMarker } from "./state/apply-marker.ts";
import type { StateStore } from "./state/store.ts";

/** Applies a plan file. While it works a marker tells what it sets out to create; the record of the last apply is gone from here on. */
export async function applyPlanFile(
  { runner, store, lockTimeoutSeconds }: EngineContext,
  stack: Stack,
  planPath: string,
  creates: readonly string[],
): Promise<TerraformEnd> {
  const place = store(stack);
  const [record, before] = await Promise.all([place.read("record"), place.read("marker")]);
  const marker = applyMarker.format(creates, before);
  await place.write("marker", marker);
  await place.remove("record");
  const args = ["apply", "-input=false", "-json", `-lock-timeout=${lockTimeoutSeconds}s`, planPath];
  try {
    const end = await runner.run(stack, "apply", args);
    await place.remove("marker");
    return end;
  } catch (error) {
    if (changedNothing(error)) await putBack(place, { marker, before, record });
    throw error;
  }
}

const beforeAnything: readonly unknown[] = ["state-locked", "saved-plan-stale", "provider-not-reviewed"];

function changedNothing(error: unknown): boolean {
  return error instanceof EngineError && beforeAnything.includes(error.reason);
}

/** Leaves alone what the other apply, the one that came first, wrote meanwhile. */
async function putBack(
  place: StateStore,
  { marker, before, record }: { marker: string; before: string | undefined; record: string | undefined },
): Promise<void> {
  const now = await place.read("marker");
  if (now !== undefined && now === marker) {
    if (before === undefined) await place.remove("marker");
    else await place.write("marker", before);
  }
  if (record !== undefined && (await place.read("record")) === undefined) await place.write("record", record);
}
