import { ActionFailure, duration } from "@slipway/core";
import { engineReason } from "@slipway/plan-review/engine-failure";
import { commands } from "@slipway/plan-review/next-commands";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import { EngineError, type Stack, waves } from "@slipway/terraform";
import { type PlanContext, planAgain, type ReadyStack } from "./plan-again.ts";
import { type StackAt, stackFailure } from "./stack-failure.ts";

export interface AppliedStack {
  readonly stack: Stack;
  /** "unchanged": its plan had nothing to do; "applied": a plan that does what was reviewed. */
  readonly how: "unchanged" | "applied";
  readonly counts: { readonly add: number; readonly change: number; readonly destroy: number };
  readonly seconds: number;
  /** Certificates that its plan left in place, because the stacks behind still served them. */
  readonly kept: readonly string[];
}

export interface WavesOutcome {
  readonly applied: readonly AppliedStack[];
  /** Why it stopped; undefined when all is applied. */
  readonly failure: ActionFailure | undefined;
}

interface WavesRequest extends PlanContext {
  readonly ready: readonly ReadyStack[];
}

/** Applies wave by wave, stacks of one wave side by side; stops after the wave in which one did not succeed. */
export async function applyWaves(request: WavesRequest): Promise<WavesOutcome> {
  const { opened, ready } = request;
  const applied: AppliedStack[] = [];
  for (const wave of waves(opened.stacks)) {
    const due = ready.filter(({ stack }) => wave.includes(stack));
    const ends = await Promise.allSettled(due.map((each) => applyStack(each, request)));
    // Every apply of the wave has ended, so none still runs when the error is shown.
    for (const end of ends) if (end.status === "fulfilled") applied.push(end.value);
    const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
    const unexpected = errors.find((error) => !(error instanceof ActionFailure));
    if (unexpected !== undefined) throw unexpected;
    // What failed while something was being changed is worse than what was not begun.
    const failures = errors as ActionFailure[];
    const worst = failures.find(({ reason }) => reason === "apply-failed") ?? failures[0];
    if (worst !== undefined) return { applied, failure: worst };
  }
  for (const { stack, kept } of applied) if (kept.length > 0) await deleteKept(stack, kept, request);
  return { applied, failure: undefined };
}

/**
 * Deletes the certificates that main no longer has and nothing serves any more, and nothing else. What else a plan finds, or one that
 * fails, is for a plan that people see.
 */
async function deleteKept(stack: Stack, kept: readonly string[], { opened, log }: Request): Promise<void> {
  try {
    const plan = await opened.engine.plan(stack);
    const others = plan.changes.filter(({ address, action }) => action !== "delete" || !kept.includes(address));
    if (plan.empty || others.length > 0 || plan.outputChanges.length > 0) {
      log.info(`${stack.name}: its old certificates stay for now, a later plan shows them`);
      return;
    }
    await opened.engine.apply(plan, { exactly: true });
    await opened.engine.record(stack, opened.account);
    log.info(`${stack.name}: old certificates deleted`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    log.warning(`${stack.name}: its old certificates could not be deleted; a later plan shows them`);
  }
}

type Request = Omit<WavesRequest, "ready">;

/** Applies this run's own plan of a stack, once it is known to do what was reviewed. */
async function applyStack(ready: ReadyStack, request: Request): Promise<AppliedStack> {
  const { opened, log, redactor } = request;
  const { stack } = ready;
  const started = Date.now();
  log.info(`${stack.name}: starts`);
  try {
    const done = await applyOnce(ready, request);
    await opened.engine.record(stack, opened.account);
    const took = Date.now() - started;
    log.info(`${stack.name}: ${done.how} (${duration(took)})`);
    return { stack, ...done, seconds: took / 1000 };
  } catch (error) {
    log.info(`${stack.name}: stopped (${duration(Date.now() - started)})`);
    if (!(error instanceof EngineError)) throw error;
    const at = { stack: stack.name, environment: opened.environment, planId: ready.plan.id };
    throw stackFailure(error, at) ?? applyFailed(error, at, redactor);
  }
}

async function applyOnce(ready: ReadyStack, request: Request): Promise<Omit<AppliedStack, "stack" | "seconds">> {
  const { engine, account } = request.opened;
  const { stack, repair, made } = ready;
  const none = { how: "unchanged", counts: { add: 0, change: 0, destroy: 0 }, kept: [] } as const;
  if (!repair && (await engine.difference(stack, account)) === undefined) return none;
  let plan = made ?? (await planAgain(ready, request));
  for (let attempt = 1; !plan.empty; attempt += 1) {
    try {
      const { summary } = await engine.apply(plan, { exactly: true });
      return { how: "applied", counts: summary, kept: plan.kept ?? [] };
    } catch (error) {
      const stale = error instanceof EngineError && error.reason === "saved-plan-stale";
      if (!stale || attempt === 2) throw error;
      request.log.info(`${stack.name}: something was written since its plan, it is planned again`);
      plan = await planAgain(ready, request);
    }
  }
  return none;
}

function applyFailed(error: EngineError, { stack, environment }: StackAt, redactor: Redactor): ActionFailure {
  const what = `The apply of stack \`${stack}\` failed: ${redactor.error(engineReason(error))}`;
  const cause = error.explanation?.next ?? "correct the cause";
  const next = `${redactor.error(cause)}, then plan what is left: ${commands.plan(environment)}`;
  return new ActionFailure("apply-failed", what, next, { cause: error });
}
