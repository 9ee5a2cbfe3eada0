import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../lib/failure.ts";
import { type CommentTarget, commentStore } from "../lib/github/comment-store.ts";
import type { GithubContext } from "../lib/github/github-context.ts";
import { githubFailure } from "../lib/github/github-failure.ts";
import { type Upserted, upsertComment } from "../lib/github/upsert-comment.ts";
import { writeRefusal } from "../lib/github/write-refusal.ts";
import type { Log } from "../lib/log.ts";
import { redactionRules } from "../lib/plan/redact/redaction-rules.ts";
import { buildReport } from "../lib/report/build-report.ts";
import { readReport } from "../lib/report/read-report.ts";
import type { SafeReport } from "../lib/report/safe-report.ts";
import type { ActionResult } from "../lib/run.ts";
import { renderReport } from "./render-report.ts";
import { reportOutputs } from "./report-outputs.ts";

export interface ReportPlanInput {
  readonly plansDir: string;
  readonly comment: "always" | "changes" | "never";
  /** Where the comment goes; undefined where there is nothing to comment on. */
  readonly target: CommentTarget | undefined;
  /** Regular expressions whose matches are hidden. */
  readonly redact: readonly string[];
  /** Globs of attribute paths whose values are hidden. */
  readonly hideValues: readonly string[];
  readonly dryRun: boolean;
}

interface Clients {
  /** Made when it is needed: a run without comment needs no token. */
  readonly github: () => Promise<GithubContext>;
  readonly log: Log;
}

/** Under GitHub's 65,536, which also counts the marker. */
const commentBudget = { limit: 64_800, measure: (text: string) => text.length };
/** A summary over 1 MiB is not shown at all. */
const summaryBudget = { limit: 1_000_000, measure: (text: string) => Buffer.byteLength(text) };

/** Turns an environment's plans into one comment, a job summary and a file, none of which shows a secret. */
export async function reportPlan(input: ReportPlanInput, clients: Clients): Promise<ActionResult> {
  const { log } = clients;
  const rules = redactionRules(input.redact, input.hideValues);
  const report = buildReport(await readReport(input.plansDir), rules);
  const path = join(input.plansDir, "report.md");
  await writeFile(path, renderReport(report, { ...summaryBudget, limit: Number.POSITIVE_INFINITY }));
  for (const line of logLines(report)) log.info(line);

  const summary = renderReport(report, summaryBudget);
  const outputs = { ...reportOutputs(report), report: path, "comment-id": "", "comment-url": "" };
  let posted: Posted;
  try {
    posted = await post(report, input, clients);
  } catch (error) {
    const failure = githubFailure(error);
    if (!(failure instanceof Failure)) throw failure;
    throw new Failure(failure.reason, failure.what, failure.next, { outputs, summary, cause: error });
  }
  const result = { outputs: { ...outputs, ...posted.outputs }, summary: `${posted.note}${summary}` };
  const failed = report.stacks.filter(({ status }) => status === "failed").map(({ name }) => `\`${name}\``);
  if (failed.length === 0) return result;
  const what = `${failed.length === 1 ? "Stack" : "Stacks"} ${failed.join(", ")} could not be planned`;
  throw new Failure("plan-failed", what, "correct what the comment or the job summary shows, then push again", result);
}

interface Posted {
  readonly outputs: Readonly<Record<string, string>>;
  /** For the summary, when there is no comment. */
  readonly note: string;
}

async function post(report: SafeReport, input: ReportPlanInput, { github, log }: Clients): Promise<Posted> {
  const nothing = { outputs: {}, note: "" };
  if (input.comment === "never" || input.target === undefined || input.dryRun) return nothing;
  const context = await github();
  let done: Upserted;
  try {
    done = await upsertComment(commentStore(context, input.target), {
      marker: { kind: "plan", key: `environment=${report.environment}` },
      body: renderReport(report, commentBudget),
      runId: context.runId,
      login: context.author,
      create: input.comment === "always" || reportOutputs(report)["has-changes"] === "true",
      log,
    });
  } catch (error) {
    const refusal = writeRefusal(error);
    if (refusal === undefined) throw error;
    log.warning(`No comment: ${refusal}. The report is in the job summary.`);
    return { outputs: {}, note: `> [!NOTE]\n> Not posted as a comment: ${refusal}.\n\n` };
  }
  if (done.state === "absent") return nothing;
  if (done.state === "superseded") log.info("A newer run has reported already; its comment stays");
  else log.info(`Comment ${done.state}: ${done.comment.url}`);
  return { outputs: { "comment-id": String(done.comment.id), "comment-url": done.comment.url }, note: "" };
}

function logLines({ stacks }: SafeReport): string[] {
  return stacks.map(({ name, status, counts }) => {
    const { create, update, replace, delete: destroy } = counts;
    const planned = status === "planned" || status === "provisional";
    const numbers = `${create} to add, ${update} to change, ${replace} to replace, ${destroy} to destroy`;
    return `${name}: ${status}${planned ? `, ${numbers}` : ""}`;
  });
}
