import { rmSync } from "node:fs";
import type { EngineContext } from "./engine-context.ts";
import { EngineError } from "./engine-error.ts";
import type { ApplyResult } from "./options.ts";
import { planStack } from "./plan.ts";
import type { Stack, StackPlan } from "./stack.ts";
import { copyCode } from "./stack-code.ts";
import { applyMarker } from "./state/records.ts";
import type { StateStore } from "./state/store.ts";

export interface ApplyOptions {
  /** True: this very plan or nothing ("saved-plan-stale"), also if an upstream output changed since. Default false. */
  readonly exactly?: boolean;
}

/** Applies a saved plan, or a new one if an upstream output changed since; Terraform would apply the old value silently. */
export async function applyStack(
  context: EngineContext,
  saved: StackPlan,
  { exactly = false }: ApplyOptions = {},
): Promise<ApplyResult> {
  const started = Date.now();
  const { runner, states, store } = context;
  const { stack } = saved;
  const changed = firstChanged(saved.upstreamHashes, await states.upstreamHashes(stack));
  if (changed !== undefined && exactly) throw staleUpstream(stack, changed);
  if (changed !== undefined) runner.notice(stack, `${stack.name} is planned again: ${changed} changed since its plan`);
  const plan = changed === undefined ? saved : await planStack(context, stack);
  const { importsPath, logPath } = runner.stackFolder(stack);
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
    replanned: changed !== undefined,
    outputs: (await states.outputs(stack)) ?? {},
    logPath: logPath(plan.empty ? "plan" : "apply"),
    seconds: (Date.now() - started) / 1000,
  };
}

function staleUpstream({ name }: Stack, changed: string): EngineError {
  const what = `plan of ${name} must be as new as what it reads, but ${changed} changed since the plan was made`;
  return new EngineError(what, "plan again. Nothing was changed", { reason: "saved-plan-stale" });
}

function firstChanged(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string | undefined {
  return Object.keys({ ...before, ...now }).find((key) => before[key] !== now[key]);
}

/** Applies a plan file. A marker lists the planned creates until it succeeds; the record of the last apply is removed first. */
async function applyPlanFile(
  { runner, store, waits, lockTimeoutSeconds }: EngineContext,
  stack: Stack,
  planPath: string,
  creates: readonly string[],
): Promise<void> {
  copyCode(stack, runner.stackFolder(stack).workingFolder);
  const stateStore = store(stack);
  const [record, before] = await Promise.all([stateStore.read("record"), stateStore.read("marker")]);
  const marker = applyMarker.format(creates, before);
  await stateStore.write("marker", marker);
  await stateStore.remove("record");
  const args = ["apply", "-input=false", "-json", `-lock-timeout=${lockTimeoutSeconds}s`, planPath];
  try {
    await runner.run(stack, "apply", args);
    await stateStore.remove("marker");
  } catch (error) {
    if (failedBeforeChanges(error)) await restoreRecords(stateStore, { marker, before, record });
    throw (await waits?.explain(stack, error)) ?? error;
  } finally {
    waits?.end(stack);
  }
}

const reasonsBeforeChanges: readonly unknown[] = ["state-locked", "saved-plan-stale"];

function failedBeforeChanges(error: unknown): boolean {
  return error instanceof EngineError && reasonsBeforeChanges.includes(error.reason);
}

/** Keeps what another apply wrote meanwhile. */
async function restoreRecords(
  stateStore: StateStore,
  { marker, before, record }: { marker: string; before: string | undefined; record: string | undefined },
): Promise<void> {
  const now = await stateStore.read("marker");
  if (now !== undefined && now === marker) {
    if (before === undefined) await stateStore.remove("marker");
    else await stateStore.write("marker", before);
  }
  if (record !== undefined && (await stateStore.read("record")) === undefined) await stateStore.write("record", record);
}
