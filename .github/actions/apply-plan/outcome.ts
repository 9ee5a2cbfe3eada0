import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure, type ActionResult, duration, type FailureReason, markdown } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { planEnvironment } from "@slipway/plan-review/plan-environment";
import { renderReport } from "@slipway/plan-review/report/render-report";
import { writeReport } from "@slipway/plan-review/report/report-file";
import type { SafeReport, SafeStack } from "@slipway/plan-review/report/report-schema";
import { stackHash } from "@slipway/terraform";
import type { AppliedStack } from "./apply-stacks.ts";
import { differences } from "./choose-stacks.ts";
import type { ApplyContext, Progress } from "./context.ts";
import type { ApplyInput } from "./input.ts";

export interface Ending {
  /** Undefined if the run only made a new plan. */
  readonly outcome: SafeReport["outcome"];
  /** True when the environment is as its reviewed plan says and nothing waits for another one. */
  readonly done: boolean;
  readonly newPlan: NewPlan | undefined;
}

/** A summary over 1 MiB is not shown at all. */
const summaryBudget = { limit: 900_000, measure: (text: string) => Buffer.byteLength(text) };

/** Writes what another job posts and what a deploy reads, and shows the run in the job summary. */
export async function finish(
  { input, opened }: ApplyContext,
  progress: Progress,
  ending: Ending,
): Promise<ActionResult> {
  const { outcome, done, newPlan } = ending;
  const { applied, found } = progress;
  const names = applied.map(({ stack }) => stack.name);
  const left = [...(await differences(opened))].flatMap(([name, how]) => (how === undefined ? [] : [name]));
  const pr = found.pulls[0]?.number;
  const common = { opened, input, outcome, applied: names, left, pr };
  const report = applyReport({ ...common, newPlan });
  const path = await writeReport(report, `${input.workFolder}/${input.environment}`);
  const outputs = {
    applied: String(done),
    "applied-stacks": names.join(","),
    plan: newPlan?.planId ?? found.plans[0]?.id ?? "",
    report: path,
    "pr-number": pr === undefined ? "" : String(pr),
    "outputs-path": done ? await writeOutputs(opened, input.workFolder) : "",
  };
  const notes = found.notes.map((note) => `\n> [!WARNING]\n> ${markdown.prose(note)}.\n`).join("");
  return { outputs, summary: [renderReport(report, summaryBudget), notes + appliedTable(applied)].join("\n") };
}

const howTexts = {
  unchanged: "nothing to do",
  applied: "what was reviewed",
} as const;

function appliedTable(applied: readonly AppliedStack[]): string {
  if (applied.length === 0) return "";
  const rows = applied.map(({ stack, how, counts, seconds }) => [
    markdown.code(stack.name),
    howTexts[how],
    String(counts.add),
    String(counts.change),
    String(counts.destroy),
    duration(seconds * 1000),
  ]);
  const head = ["Applied", "", "Added", "Changed", "Destroyed", "Took"];
  return markdown.table(head, ["---", "---", "--:", "--:", "--:", "--:"], rows);
}

/** After these failures a new plan is made. */
const planned: ReadonlySet<FailureReason> = new Set([
  "no-plan",
  "plan-expired",
  "head-mismatch",
  "config-changed",
  "state-moved",
  "plan-differs",
]);

/** Ends a run that may not go on: with a new plan where one makes sense. Returns only when that plan has nothing to do. */
export async function rejectApply(
  failure: ActionFailure,
  context: ApplyContext,
  progress: Progress,
): Promise<ActionResult> {
  const { input, log, signal } = context;
  log.info(`Stops: ${failure.what}`);
  const again = planned.has(failure.reason) && !input.dryRun && !signal.aborted;
  const newPlan = again ? await planAnew(context) : undefined;
  if (newPlan?.nothingLeft === true) {
    log.info("Nothing is left to apply: every stack is as its definition says");
    return await finish(context, progress, { outcome: { status: "applied" }, done: true, newPlan: undefined });
  }
  const reported = withNextStep(failure, newPlan, context);
  const status = failure.reason === "apply-failed" || failure.reason === "interrupted" ? "failed" : "refused";
  const outcome = { status, reason: reported.reason, what: reported.what, next: reported.next } as const;
  let result: ActionResult;
  try {
    result = await finish(context, progress, { outcome, done: false, newPlan });
  } catch {
    // AWS or GitHub cannot be reached, which the failure already says.
    throw reported;
  }
  throw new ActionFailure(reported.reason, reported.what, reported.next, { ...result, cause: failure });
}

/** Adds the command that approves the new plan, if there is one. */
function withNextStep(
  { reason, what, next }: ActionFailure,
  newPlan: NewPlan | undefined,
  { input }: ApplyContext,
): ActionFailure {
  const planId = newPlan?.planId;
  const approval = planId && `look at the new plan and approve it: ${commands.approve(input.environment, planId)}`;
  return new ActionFailure(reason, what, approval ?? next);
}

/** The failure is reported even if no new plan can be made. */
async function planAnew(context: ApplyContext): Promise<NewPlan | undefined> {
  try {
    return await planMain(context);
  } catch (error) {
    const why = error instanceof Error ? context.redactor.error(error.message) : "unknown";
    context.log.warning(`No new plan could be made: ${why}`);
    return undefined;
  }
}

/** Writes the outputs of the stacks, `{"<stack>": {"<output>": value}}`, sensitive outputs aside; returns the path. */
async function writeOutputs({ engine, stacks, environment }: OpenedEngine, workFolder: string): Promise<string> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const stack of stacks) {
    const state = await engine.state(stack);
    if (state === undefined) continue;
    const shown = Object.entries(state.outputs).filter(([name]) => !state.sensitiveOutputs.includes(name));
    all[stack.name] = Object.fromEntries(shown);
  }
  const folder = join(workFolder, environment);
  await mkdir(folder, { recursive: true });
  const path = join(folder, "outputs.json");
  await writeFile(path, `${JSON.stringify(all, null, 2)}\n`);
  return path;
}

export interface ReportRequest {
  readonly opened: OpenedEngine;
  readonly input: Pick<ApplyInput, "commit" | "runUrl">;
  /** Undefined where nothing but a plan came of it. */
  readonly outcome: SafeReport["outcome"];
  /** Names of the stacks that this run applied. */
  readonly applied: readonly string[];
  /** Names of those that differ from what was last applied. */
  readonly left: readonly string[];
  readonly pr: number | undefined;
  /** The plan that waits for approval, if one was made. */
  readonly newPlan: { readonly report: SafeReport; readonly planId: string | undefined } | undefined;
}

/** What another job posts of this run: what was applied, or why not, and the new plan where there is one. */
function applyReport({ opened, input, outcome, applied, left, pr, newPlan }: ReportRequest): SafeReport {
  const { environment, stacks, terraform, provider } = opened;
  const planned = new Map(newPlan?.report.stacks.map((stack) => [stack.name, stack]));
  const shown = stacks.map((stack): SafeStack => {
    const fresh = planned.get(stack.name);
    if (fresh !== undefined && fresh.status !== "unchanged") return fresh;
    const rest = left.includes(stack.name) && fresh === undefined ? "not-applied" : "unchanged";
    const status = applied.includes(stack.name) ? "applied" : rest;
    return { name: stack.name, status, hash: stackHash(stack, terraform.version), upstreamChanged: [] };
  });
  const { planId, expires } = newPlan?.report ?? {};
  return {
    version: 1,
    kind: outcome === undefined ? "plan" : "apply",
    environment,
    head: input.commit,
    // Merging applies nothing of a plan that was made after the merge.
    ...(pr === undefined || outcome === undefined ? {} : { pr }),
    ...(input.runUrl === "" ? {} : { runUrl: input.runUrl }),
    engine: `Terraform ${terraform.version}`,
    provider: `hashicorp/aws ${provider}`,
    ...(planId === undefined ? {} : { planId }),
    ...(expires === undefined ? {} : { expires }),
    ...(outcome === undefined ? {} : { outcome }),
    stacks: shown,
  };
}

interface NewPlan {
  readonly report: SafeReport;
  readonly planId: string | undefined;
  /** True if no stack has changes left to approve; all are recorded as applied. */
  readonly nothingLeft: boolean;
}

/** Plans what is on main now, stores it, and writes down what needs no apply; `all`: stacks that are as last applied too. */
export async function planMain(context: ApplyContext, { all = false } = {}): Promise<NewPlan> {
  const { input, opened, store, rules, runId, log, checkDomains } = context;
  for (const stack of opened.stacks) {
    if ((await opened.engine.difference(stack, opened.account)) !== undefined) await checkDomains(stack);
  }
  const { report, promise, planId } = await planEnvironment({
    opened,
    pr: undefined,
    head: input.commit,
    base: undefined,
    runId,
    runUrl: input.runUrl === "" ? undefined : input.runUrl,
    rules,
    store,
    all,
    log,
  });
  const failed = report.stacks.some(({ status }) => status === "failed");
  const empty = promise.stacks.every((stack) => stack.empty) && promise.waiting.length === 0;
  if (failed || !empty) return { report, planId, nothingLeft: false };
  for (const { name } of promise.stacks) {
    const stack = opened.stacks.find((each) => each.name === name);
    // What is recorded already stays: what only `bootstrap` applies, no job may write.
    if (stack === undefined || (await opened.engine.difference(stack, opened.account)) === undefined) continue;
    log.info(`${name}: has nothing to change; recorded as applied`);
    await opened.engine.record(stack, opened.account);
  }
  return { report, planId, nothingLeft: true };
}
