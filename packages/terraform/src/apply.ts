import { rmSync } from "node:fs";
import { resolve } from "node:path";
import type { EngineContext } from "./engine-context.ts";
import { EngineError } from "./engine-error.ts";
import type { ApplyResult } from "./options.ts";
import { planStack } from "./plan.ts";
import type { TerraformEnd } from "./process.ts";
import type { Stack, StackPlan } from "./stack.ts";
import { applyMarker } from "./state/records.ts";
import type { StateStore } from "./state/store.ts";
import { readLog } from "./terraform-log.ts";

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

/** Applies a plan file. While it works a marker tells what it sets out to create; the record of the last apply is gone from here on. */
async function applyPlanFile(
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
