import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure } from "@slipway/core";
import type { StoredPlans } from "@slipway/plan-review/manifest/stored-plans";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { changeSet, compareChangeSets } from "@slipway/plan-review/plan/change-set";
import type { PlanJson } from "@slipway/plan-review/plan/plan-json";
import { statefulLosses } from "@slipway/plan-review/plan/risk";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import { EngineError } from "@slipway/terraform";
import { checkDestroy, type Losses } from "./check-destroy.ts";
import type { ChosenStack } from "./choose-stacks.ts";
import type { ApplyInput } from "./input.ts";
import { stackFailure } from "./stack-failure.ts";
import { stateLocked } from "./state-locked.ts";
import { foreignPart } from "./tampering.ts";

/** A stack whose reviewed plan is at hand and may be applied. */
export interface ReadyStack extends ChosenStack {
  /** The reviewed file; undefined where applying changes nothing. */
  readonly file: { readonly planPath: string; readonly lockFile: string; readonly json: PlanJson } | undefined;
}

interface CheckRequest {
  readonly opened: OpenedEngine;
  readonly stored: StoredPlans;
  readonly redactor: Redactor;
  readonly input: Pick<ApplyInput, "environment" | "home" | "allowDestroy" | "allowDestroyLabel">;
}

/** Checks each stack against what was reviewed, before the first of them is changed. */
export async function checkStacks(
  chosen: readonly ChosenStack[],
  request: CheckRequest,
): Promise<readonly ReadyStack[]> {
  for (const each of chosen) await checkState(each, request);
  const ready: ReadyStack[] = [];
  for (const each of chosen) ready.push(await fetchPlan(each, request));
  // What would be lost is read off the file itself: a manifest could say anything.
  const losses = ready.flatMap(({ plan, file }): Losses[] =>
    file === undefined ? [] : [{ plan, addresses: statefulLosses(file.json), name: request.redactor.text }],
  );
  checkDestroy(losses, request.input);
  return ready;
}

/** The state must be the one that was planned on, and nobody else may be changing it. */
async function checkState({ stack, reviewed, plan }: ChosenStack, { opened }: CheckRequest): Promise<void> {
  const { engine, environment } = opened;
  const state = await engine.state(stack);
  const [then, now] = [place(reviewed.state ?? undefined), place(state)];
  if (then !== now) {
    const what = `The state of stack \`${stack.name}\` moved since the plan: it was ${then} and is ${now}`;
    throw new ActionFailure("state-moved", what, `plan what is there now: ${commands.plan(environment)}`);
  }
  const holder = reviewed.empty ? undefined : await engine.lockHolder(stack);
  if (holder !== undefined) throw stateLocked({ stack: stack.name, environment, planId: plan.id }, holder);
}

function place(state: { readonly serial: number; readonly lineage: string } | undefined): string {
  return state === undefined ? "not there" : `at serial ${state.serial} of ${state.lineage.slice(0, 8)}`;
}

/** Fetches the reviewed files, each checked against its hash, and compares what the plan would do with what its manifest says. */
async function fetchPlan(chosen: ChosenStack, request: CheckRequest): Promise<ReadyStack> {
  const { stack, reviewed } = chosen;
  if (reviewed.empty) return { ...chosen, file: undefined };
  const { stored, input, redactor } = request;
  const folder = join(input.home, input.environment, "reviewed");
  const planPath = join(folder, `${stack.name}.tfplan`);
  await mkdir(folder, { recursive: true });
  const bytes = await stored.getPlan(reviewed.plan);
  await writeFile(planPath, bytes, { mode: 0o600 });
  const lockFile = await stored.getLock(reviewed.lock);
  const json = await show(chosen, { planPath, lockFile }, request);
  redactor.learn(json);
  const foreign = foreignPart(stack, bytes, json);
  if (foreign !== undefined)
    throw tampered(chosen, input.environment, `must come from main's definition: ${redactor.text(foreign)}`);
  const [first] = compareChangeSets(reviewed.changes, changeSet(json));
  if (first !== undefined)
    throw tampered(chosen, input.environment, `would not do what its manifest says: ${redactor.text(first)}`);
  return { ...chosen, file: { planPath, lockFile, json } };
}

async function show(
  { stack, plan }: ChosenStack,
  file: { planPath: string; lockFile: string },
  { opened }: CheckRequest,
): Promise<PlanJson> {
  try {
    return (await opened.engine.showSaved(stack, file)) as PlanJson;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const at = { stack: stack.name, environment: opened.environment, planId: plan.id };
    throw stackFailure(error, at) ?? error;
  }
}

function tampered({ stack }: ChosenStack, environment: string, difference: string): ActionFailure {
  const what = `The plan of stack \`${stack.name}\` ${difference}`;
  return new ActionFailure("plan-tampered", what, `plan again: ${commands.plan(environment)}`);
}
