import { ActionFailure, duration, type Log, sha256 } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { changeSet } from "@slipway/plan-review/plan/change-set";
import { emptyPlan, type PlanJson } from "@slipway/plan-review/plan/plan-json";
import { destructiveAddresses } from "@slipway/plan-review/plan/risk";
import { compareChangeSets } from "@slipway/plan-review/promise/compare-changes";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import { EngineError, type StackPlan } from "@slipway/terraform";
import type { DomainCheck } from "./check-domains.ts";
import { checkDestroy, checkState, type DestroyRules } from "./checks.ts";
import type { ChosenStack } from "./choose-stacks.ts";
import type { ApplyInput } from "./input.ts";
import { stackFailure } from "./stack-failure.ts";

/** A stack that may be applied. */
export interface ReadyStack extends ChosenStack {
  /** This run's own plan, which does what was reviewed; undefined for a stack that is planned when what it reads was applied. */
  readonly made: StackPlan | undefined;
}

export interface PlanContext {
  readonly input: ApplyInput;
  readonly opened: OpenedEngine;
  readonly redactor: Redactor;
  readonly labelOf: DestroyRules["labelOf"];
  readonly checkDomains: DomainCheck;
  readonly log: Log;
}

/** Checks each stack against what was reviewed, before the first of them is changed; what can be planned now is, side by side. */
export async function checkStacks(
  chosen: readonly ChosenStack[],
  context: PlanContext,
): Promise<readonly ReadyStack[]> {
  for (const each of chosen) await checkState(each, context.opened);
  const ends = await Promise.allSettled(chosen.map((each) => makeReady(each, chosen, context)));
  // Every Terraform has ended, so none still works in a folder that the next plan is made in.
  return ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}

async function makeReady(each: ChosenStack, chosen: readonly ChosenStack[], context: PlanContext): Promise<ReadyStack> {
  const { engine, account } = context.opened;
  if (readsChanges(each, chosen)) {
    const name = context.redactor.text;
    await checkDestroy({ plan: each.plan, addresses: each.reviewed.stateful, name }, rulesOf(context));
    return { ...each, made: undefined };
  }
  const differs = each.repair || (await engine.difference(each.stack, account)) !== undefined;
  return { ...each, made: differs ? await planAgain(each, context) : undefined };
}

/** True if what the stack reads may be something else once the others are applied. */
function readsChanges({ stack }: ChosenStack, chosen: readonly ChosenStack[]): boolean {
  const upstreams = chosen.filter((other) => stack.upstreams.includes(other.stack.name));
  return upstreams.some((upstream) => !upstream.reviewed.empty || readsChanges(upstream, chosen));
}

/** Plans a stack with the rights that apply it. Fails unless the plan does what was reviewed, or has nothing left to do. */
export async function planAgain(chosen: ChosenStack, context: PlanContext): Promise<StackPlan> {
  const { stack, reviewed, plan: promised } = chosen;
  const { opened, redactor, log } = context;
  const { engine, environment } = opened;
  await context.checkDomains(stack);
  const plan = await planned(chosen, opened);
  const lock = sha256(engine.lockFile(stack));
  if (lock !== reviewed.lock) {
    const what = `The AWS provider for stack \`${stack.name}\` is not the one of the reviewed lock file`;
    throw new ActionFailure("config-changed", what, `plan what is there now: ${commands.plan(environment)}`);
  }
  const quiet = plan.empty && reviewed.changes.length === 0;
  const json = quiet ? emptyPlan : ((await engine.show(plan)) as PlanJson);
  redactor.learn(json);
  const now = changeSet(json);
  if (plan.empty && now.length === 0) return plan;
  const differences = compareChangeSets(reviewed.changes, now).map(redactor.text);
  if (differences.length > 0) throw await planDiffers(chosen, differences, opened);
  const addresses = destructiveAddresses(json);
  await checkDestroy({ plan: promised, addresses, name: redactor.text }, rulesOf(context));
  log.info(`${stack.name}: its plan does what was reviewed (${duration(plan.seconds * 1000)})`);
  return plan;
}

async function planned({ stack, plan }: ChosenStack, { engine, environment }: OpenedEngine): Promise<StackPlan> {
  try {
    return await engine.plan(stack);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw stackFailure(error, { stack: stack.name, environment, planId: plan.id }) ?? error;
  }
}

function rulesOf({ input, labelOf }: PlanContext): DestroyRules {
  return { ...input, labelOf };
}

const listed = 5;

/** Names what differs, and what happened since the review that may be why. */
async function planDiffers(
  { stack, reviewed }: ChosenStack,
  differences: readonly string[],
  { engine, environment }: OpenedEngine,
): Promise<ActionFailure> {
  const [serial, upstreams] = [(await engine.state(stack))?.serial, await engine.upstreamHashes(stack)];
  const names = Object.keys({ ...reviewed.upstreams, ...upstreams }).sort();
  const changed = names.filter((name) => reviewed.upstreams[name] !== upstreams[name]).map((name) => `\`${name}\``);
  const since = [
    ...(changed.length === 0 ? [] : [`it reads ${changed.join(", ")}, which changed since the review`]),
    ...(serial === reviewed.state?.serial
      ? []
      : [`its state was written since: serial ${reviewed.state?.serial ?? "none"}, now ${serial ?? "none"}`]),
  ];
  const why = since.length === 0 ? "" : ` (${since.join("; ")})`;
  const more = differences.length > listed ? `. And ${differences.length - listed} more` : "";
  const what = `Stack \`${stack.name}\` would not do what was reviewed${why}. ${differences.slice(0, listed).join(". ")}${more}`;
  return new ActionFailure("plan-differs", what, `plan what is there now: ${commands.plan(environment)}`);
}
