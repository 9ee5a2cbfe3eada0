import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ActionContext, ActionFailure, type ActionResult, toFailure } from "@slipway/core";
import { certificateWaits } from "@slipway/domains/certificate-waits";
import { openDns } from "@slipway/domains/dns";
import { githubFailure } from "@slipway/github/client";
import type { GithubContext } from "@slipway/github/context";
import { labelState } from "@slipway/github/labels";
import { checkOwnStacks } from "@slipway/plan-review/definition/check-stacks";
import { engineFailure } from "@slipway/plan-review/engine-failure";
import { commands } from "@slipway/plan-review/next-commands";
import { openEngine } from "@slipway/plan-review/open-engine";
import { promiseStore } from "@slipway/plan-review/promise/promise-store";
import { storedPromises } from "@slipway/plan-review/promise/stored-promises";
import { definitionSecrets } from "@slipway/plan-review/redact/known-secrets";
import { redactionRules } from "@slipway/plan-review/redact/redact-plan";
import { createRedactor } from "@slipway/plan-review/redact/redactor";
import { failedStacks } from "@slipway/plan-review/report/report-counts";
import { EngineError } from "@slipway/terraform";
import { applyWaves } from "./apply-stacks.ts";
import { domainCheck } from "./check-domains.ts";
import { checkBootstrap, checkPromises } from "./checks.ts";
import { chooseStacks, differences, type Selection } from "./choose-stacks.ts";
import type { ApplyContext, Progress } from "./context.ts";
import { findPlans, findRepairs } from "./find-plans.ts";
import type { ApplyInput } from "./input.ts";
import { type Ending, finish, planMain, rejectApply } from "./outcome.ts";
import { checkStacks } from "./plan-again.ts";

interface Clients extends ActionContext {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly runId: number;
  readonly github: () => Promise<GithubContext>;
}

const allApplied: Ending = { outcome: { status: "applied" }, done: true, newPlan: undefined };

/** Applies just what was reviewed, or fails with the reason and the next step. */
export async function applyPlan(input: ApplyInput, clients: Clients): Promise<ActionResult> {
  const context = await prepare(input, clients);
  const progress: Progress = { found: { plans: [], problems: [], pulls: [], notes: [] }, applied: [] };
  try {
    return await applyReviewed(context, progress, clients);
  } catch (error) {
    // The failure already has its summary.
    if (error instanceof ActionFailure && error.summary !== undefined) throw error;
    return await rejectApply(failureFrom(error, context), context, progress);
  }
}

async function prepare(input: ApplyInput, { log, signal, variables, runId, github }: Clients): Promise<ApplyContext> {
  const rules = redactionRules(input.redact, input.hideValues);
  const redactor = createRedactor(rules.patterns);
  const stacksDir = input.uncheckedStacks ? input.stacksDir : await checkedStacks(input);
  const dns = openDns(variables);
  const waits = certificateWaits({ dns, variables, environment: input.environment });
  const opened = await openEngine({ ...input, stacksDir, variables, log, signal, redact: redactor.text, waits });
  for (const { folder } of opened.stacks) {
    redactor.learn(definitionSecrets(JSON.parse(await readFile(join(folder, "cdk.tf.json"), "utf8")), variables));
  }
  const location = { bucket: opened.bucket, environment: opened.environment, region: opened.region, variables };
  return {
    input,
    opened,
    rules,
    redactor,
    // One of main lies under its own hash, whatever the attempt.
    store: promiseStore(location, 1),
    stored: storedPromises(location),
    checkDomains: domainCheck({ opened, dns, log }),
    labelOf: async (number) => labelState(await github(), number, input.allowDestroyLabel),
    runId,
    log,
    signal,
  };
}

/** Main's stacks by the door that those of a pull request take: the promise's hash is of that text. */
async function checkedStacks({ stacksDir, environment, workFolder }: ApplyInput): Promise<string> {
  const to = join(workFolder, "checked", environment);
  await rm(to, { recursive: true, force: true });
  await checkOwnStacks({ stacksDir, to, environment });
  return to;
}

async function applyReviewed(context: ApplyContext, progress: Progress, clients: Clients): Promise<ActionResult> {
  const { input, opened, stored, log } = context;
  const how = await differences(opened);
  const differ = [...how].filter(([, difference]) => difference !== undefined);
  for (const [name, difference] of differ) log.info(`${name}: ${difference}`);
  const github = await clients.github();
  const unchanged = differ.length === 0;
  progress.found = await findPlans(input, stored, github).catch((error: unknown) => {
    if (unchanged) return progress.found;
    throw error;
  });
  const { plans, problems } = progress.found;
  const repairs = await findRepairs(plans, opened, how);
  const isDispatch = input.pushed.length === 0 && input.plan === "";
  if (unchanged && repairs.size === 0 && !isDispatch) {
    log.info("Nothing to apply: every stack is as it was last applied");
    return await finish(context, progress, allApplied);
  }
  await checkBootstrap([...differ.map(([name]) => name), ...repairs], opened, input.branch);
  if (plans.length === 0) return await withoutPlan(context, progress);
  checkPromises(plans, opened);
  const { environment } = input;
  const selection = chooseStacks({ environment, stacks: opened.stacks, differences: how, repairs, plans });
  // Of several pull requests one may have no plan, and need none.
  if (problems[0] !== undefined && selection.apart.length > 0) throw problems[0];
  return await applySelection(selection, context, progress);
}

async function applySelection(selection: Selection, context: ApplyContext, progress: Progress): Promise<ActionResult> {
  const { input, log } = context;
  const { chosen, done, waiting, apart } = selection;
  for (const { name } of done) log.info(`${name}: applied already`);
  for (const { name } of apart)
    log.warning(`Stack \`${name}\` differs from what was last applied and is not part of this plan`);
  const ready = await checkStacks(chosen, context);
  if (input.dryRun) {
    const names = ready.map(({ stack }) => stack.name).join(", ");
    log.info(`Dry run: ${names || "nothing"} would be applied`);
    return await finish(context, progress, { outcome: dryRun(names), done: false, newPlan: undefined });
  }
  const { applied, failure } = await applyWaves({ ...context, ready });
  progress.applied = applied;
  if (failure !== undefined) throw failure;
  // Stacks that waited for this apply can be planned now; that plan is not reviewed yet.
  const newPlan = waiting.length > 0 ? await planMain(context) : undefined;
  if (newPlan === undefined || newPlan.nothingLeft) return await finish(context, progress, allApplied);
  const next = `approve what could not be planned before: ${commands.approve(input.environment, newPlan.planId ?? "")}`;
  log.info(`${waiting.map(({ name }) => name).join(", ")}: planned now; ${next}`);
  return await finish(context, progress, { outcome: { status: "applied", next }, done: false, newPlan });
}

function dryRun(names: string) {
  const what = names === "" ? "Nothing would be applied" : `Checked and would be applied: ${names}`;
  return { status: "refused", what, next: "run again without `dry-run`" } as const;
}

/** Without a reviewed plan, plans what is on main and waits for its approval. */
async function withoutPlan(context: ApplyContext, progress: Progress): Promise<ActionResult> {
  const { input, log } = context;
  const [problem] = progress.found.problems;
  if (problem !== undefined) throw problem;
  if (input.pushed.length > 0) {
    const what = `No merged pull request brought ${input.commit.slice(0, 7)} to \`${input.branch}\`: nobody has reviewed a plan`;
    throw new ActionFailure("no-plan", what, `plan it: ${commands.plan(input.environment)}`);
  }
  if (input.dryRun) return await finish(context, progress, { outcome: dryRun(""), done: false, newPlan: undefined });
  // A dispatch without a plan covers all stacks, so that drift shows as well.
  const newPlan = await planMain(context, { all: true });
  if (newPlan.nothingLeft) {
    return await finish(context, progress, allApplied);
  }
  log.info(`Nothing is applied yet; approve the plan: ${commands.approve(input.environment, newPlan.planId ?? "")}`);
  const result = await finish(context, progress, { outcome: undefined, done: false, newPlan });
  failedStacks(newPlan.report, "the job summary", result);
  return result;
}

function failureFrom(error: unknown, { redactor }: ApplyContext): ActionFailure {
  if (error instanceof EngineError) return engineFailure(error, redactor.error);
  const known = githubFailure(error);
  return known instanceof ActionFailure ? known : toFailure(known);
}
