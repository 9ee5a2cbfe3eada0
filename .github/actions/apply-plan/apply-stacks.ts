import { ActionFailure, duration, type Log } from "@slipway/core";
import { engineReason } from "@slipway/plan-review/engine-failure";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { changeSet, compareChangeSets } from "@slipway/plan-review/plan/change-set";
import type { PlanJson } from "@slipway/plan-review/plan/plan-json";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import { EngineError, type Stack, waves } from "@slipway/terraform";
import type { ReadyStack } from "./checks.ts";
import { type StackAt, stackFailure } from "./stack-failure.ts";

export interface AppliedStack {
  readonly stack: Stack;
  /** "unchanged": its plan had nothing to do; "applied": the reviewed file; "replanned": a new plan that does the same. */
  readonly how: "unchanged" | "applied" | "replanned";
  readonly counts: { readonly add: number; readonly change: number; readonly destroy: number };
  readonly seconds: number;
}

export interface WavesOutcome {
  readonly applied: readonly AppliedStack[];
  /** Why it stopped; undefined when all is applied. */
  readonly failure: ActionFailure | undefined;
}

interface WavesRequest {
  readonly opened: OpenedEngine;
  readonly ready: readonly ReadyStack[];
  readonly redactor: Redactor;
  readonly log: Log;
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
  return { applied, failure: undefined };
}

type Request = Omit<WavesRequest, "ready">;

const listed = 5;

/** Applies the reviewed plan file or, if an upstream output changed, a new plan with the same changes. */
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
  const { stack, reviewed, repair, file } = ready;
  const none = { how: "unchanged", counts: { add: 0, change: 0, destroy: 0 } } as const;
  if (!repair && (await engine.difference(stack, account)) === undefined) return none;
  const changed = changedOutputs(reviewed.upstreams, await engine.upstreamHashes(stack));
  if (changed.length > 0) return (await applyAgain(ready, changed, request)) ?? none;
  if (file === undefined) return none;
  const { planPath, lockFile, json } = file;
  const { summary } = await engine.applySaved(stack, { planPath, lockFile, changes: creates(json) });
  return { how: "applied", counts: summary };
}

/** Plans again; undefined when nothing is left to do. */
async function applyAgain(ready: ReadyStack, changed: readonly string[], { opened, redactor, log }: Request) {
  const { stack, reviewed } = ready;
  log.info(`${stack.name}: ${changed.join(", ")} changed since the review: planned again`);
  const plan = await opened.engine.plan(stack);
  const json = (await opened.engine.show(plan)) as PlanJson;
  redactor.learn(json);
  const differences = compareChangeSets(reviewed.changes, changeSet(json)).map(redactor.text);
  if (differences.length > 0) throw upstreamChanged(ready, changed, differences, opened.environment);
  if (plan.empty) return undefined;
  const { summary } = await opened.engine.applySaved(stack, { planPath: plan.planPath, changes: creates(json) });
  return { how: "replanned", counts: summary } as const;
}

function changedOutputs(reviewed: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(reviewed), ...Object.keys(now)])].sort();
  return names.filter((name) => reviewed[name] !== now[name]).map((name) => `\`${name}\``);
}

/** Addresses that an interrupted apply may create without recording them in the state. */
function creates({ resource_changes: changes = [] }: PlanJson): string[] {
  return changes.filter(({ change }) => change.actions.includes("create")).map(({ address }) => address);
}

function upstreamChanged(
  { stack }: ReadyStack,
  changed: readonly string[],
  differences: readonly string[],
  environment: string,
): ActionFailure {
  const more = differences.length > listed ? ` and ${differences.length - listed} more` : "";
  const what = `Stack \`${stack.name}\` reads ${changed.join(", ")}, which changed since the review, and would now do something else: ${differences.slice(0, listed).join("; ")}${more}`;
  return new ActionFailure("upstream-changed", what, `plan what is there now: ${commands.plan(environment)}`);
}

function applyFailed(error: EngineError, { stack, environment }: StackAt, redactor: Redactor): ActionFailure {
  const what = `The apply of stack \`${stack}\` failed: ${redactor.error(engineReason(error))}`;
  const next = `correct the cause, then plan what is left: ${commands.plan(environment)}`;
  return new ActionFailure("apply-failed", what, next, { cause: error });
}
