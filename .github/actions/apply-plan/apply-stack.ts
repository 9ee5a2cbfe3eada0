import { ActionFailure, duration } from "@slipway/core";
import { engineReason } from "@slipway/plan-review/engine-failure";
import { commands } from "@slipway/plan-review/next-commands";
import { changeSet, compareChangeSets } from "@slipway/plan-review/plan/change-set";
import type { PlanJson } from "@slipway/plan-review/plan/plan-json";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import { EngineError } from "@slipway/terraform";
import type { AppliedStack, WavesRequest } from "./apply-stacks.ts";
import type { ReadyStack } from "./checks.ts";
import type { StackAt } from "./stack-at.ts";
import { stackFailure } from "./stack-failure.ts";

type Request = Omit<WavesRequest, "ready">;

const listed = 5;

/** Applies one stack: the reviewed file or, where an upstream output moved, a new plan that does just the same. */
export async function applyStack(ready: ReadyStack, request: Request): Promise<AppliedStack> {
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
  const moved = movedOutputs(reviewed.upstreams, await engine.upstreamHashes(stack));
  if (moved.length > 0) return (await applyAgain(ready, moved, request)) ?? none;
  if (file === undefined) return none;
  const { planPath, lockFile, json } = file;
  const { summary } = await engine.applySaved(stack, { planPath, lockFile, changes: creates(json) });
  return { how: "applied", counts: summary };
}

/** Plans again; undefined when nothing is left to do. */
async function applyAgain(ready: ReadyStack, moved: readonly string[], { opened, redactor, log }: Request) {
  const { stack, reviewed } = ready;
  log.info(`${stack.name}: ${moved.join(", ")} moved since the review: planned again`);
  const plan = await opened.engine.plan(stack);
  const json = (await opened.engine.show(plan)) as PlanJson;
  redactor.learn(json);
  const differences = compareChangeSets(reviewed.changes, changeSet(json)).map(redactor.text);
  if (differences.length > 0) throw upstreamChanged(ready, moved, differences, opened.environment);
  if (plan.empty) return undefined;
  const { summary } = await opened.engine.applySaved(stack, { planPath: plan.planPath, changes: creates(json) });
  return { how: "replanned", counts: summary } as const;
}

function movedOutputs(reviewed: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(reviewed), ...Object.keys(now)])].sort();
  return names.filter((name) => reviewed[name] !== now[name]).map((name) => `\`${name}\``);
}

/** Addresses that an interrupted apply may leave made and not written down. */
function creates({ resource_changes: changes = [] }: PlanJson): string[] {
  return changes.filter(({ change }) => change.actions.includes("create")).map(({ address }) => address);
}

function upstreamChanged(
  { stack }: ReadyStack,
  moved: readonly string[],
  differences: readonly string[],
  environment: string,
): ActionFailure {
  const more = differences.length > listed ? ` and ${differences.length - listed} more` : "";
  const what = `Stack \`${stack.name}\` reads ${moved.join(", ")}, which moved since the review, and would now do something else: ${differences.slice(0, listed).join("; ")}${more}`;
  return new ActionFailure("upstream-changed", what, `plan what is there now: ${commands.plan(environment)}`);
}

function applyFailed(error: EngineError, { stack, environment }: StackAt, redactor: Redactor): ActionFailure {
  const what = `The apply of stack \`${stack}\` failed: ${redactor.error(engineReason(error))}`;
  const next = `correct the cause, then plan what is left: ${commands.plan(environment)}`;
  return new ActionFailure("apply-failed", what, next, { cause: error });
}
