import { Failure } from "../lib/failure.ts";
import type { GithubContext } from "../lib/github/github-context.ts";
import { githubFailure } from "../lib/github/github-failure.ts";
import { issueStore } from "../lib/github/issue-store.ts";
import { type UpsertedIssue, upsertIssue } from "../lib/github/upsert-issue.ts";
import { writeRefusal } from "../lib/github/write-refusal.ts";
import type { Log } from "../lib/log.ts";
import { markdown } from "../lib/markdown.ts";
import { redactionRules } from "../lib/plan/redact/redaction-rules.ts";
import { buildReport } from "../lib/report/build-report.ts";
import { readReport } from "../lib/report/read-report.ts";
import type { SafeReport, SafeStack } from "../lib/report/safe-report.ts";
import type { ActionResult } from "../lib/run.ts";
import { type DriftIssue, driftIssue } from "./drift-issue.ts";
import { driftedPart } from "./drifted-part.ts";

export interface ReportDriftInput {
  readonly plansDir: string;
  readonly label: string;
  readonly redact: readonly string[];
  readonly hideValues: readonly string[];
  readonly dryRun: boolean;
}

interface Clients {
  readonly github: () => Promise<GithubContext>;
  readonly log: Log;
}

interface Finding {
  readonly stack: SafeStack;
  readonly issue: DriftIssue | undefined;
}

/** Keeps one issue per drifted stack, from plans of what is applied already. */
export async function reportDrift(input: ReportDriftInput, clients: Clients): Promise<ActionResult> {
  const rules = redactionRules(input.redact, input.hideValues);
  const report = buildReport(await readReport(input.plansDir), rules, driftedPart);
  // A stack that could not be planned may have drifted or not: its issue stays as it is.
  const known = report.stacks.filter(({ status }) => status !== "failed" && status !== "waiting");
  const findings = known.map((stack): Finding => ({ stack, issue: driftIssue(report, stack) }));
  const drifted = findings.filter(({ issue }) => issue !== undefined).map(({ stack }) => stack.name);
  for (const { stack, issue } of findings) clients.log.info(issue?.title ?? `${stack.name}: no drift`);
  const outputs = { drifted: String(drifted.length > 0), "drifted-stacks": drifted.join(",") };
  const summary = (note: string, done: ReadonlyMap<string, UpsertedIssue>) => ({
    outputs: {
      ...outputs,
      issues: [...done.values()].flatMap(({ issue }) => (issue?.open ? [issue.number] : [])).join(","),
    },
    summary: note + driftSummary(report, findings, done),
  });
  let result = summary("", new Map());
  try {
    if (!input.dryRun) result = summary("", await upsertAll(report, findings, input, clients));
  } catch (error) {
    const refusal = writeRefusal(error);
    const failure = githubFailure(error);
    if (refusal !== undefined) {
      clients.log.warning(`No issue: ${refusal}. The report is in the job summary.`);
      result = summary(`> [!NOTE]\n> No issue was written: ${refusal}.\n\n`, new Map());
    } else if (failure instanceof Failure) {
      throw new Failure(failure.reason, failure.what, failure.next, { ...result, cause: error });
    } else throw failure;
  }
  const failed = report.stacks.filter(({ status }) => status === "failed").map(({ name }) => markdown.code(name));
  if (failed.length === 0) return result;
  const what = `${failed.length === 1 ? "Stack" : "Stacks"} ${failed.join(", ")} could not be planned`;
  throw new Failure("plan-failed", what, "correct what the job summary shows, then run again", result);
}

async function upsertAll(
  report: SafeReport,
  findings: readonly Finding[],
  { label }: ReportDriftInput,
  { github, log }: Clients,
): Promise<Map<string, UpsertedIssue>> {
  const context = await github();
  const store = issueStore(context, label);
  const known = await store.list();
  const done = new Map<string, UpsertedIssue>();
  for (const { stack, issue } of findings) {
    const run = report.runUrl === undefined ? "" : ` ([run](${report.runUrl}))`;
    const result = await upsertIssue(store, known, {
      marker: { kind: "drift", key: `environment=${report.environment} stack=${stack.name}` },
      content: issue,
      closing: `Nothing differs any more at \`${report.head.slice(0, 7)}\`${run}.`,
      runId: context.runId,
      login: context.author,
    });
    if (result.issue !== undefined && result.state !== "absent") log.info(`Issue ${result.state}: ${result.issue.url}`);
    done.set(stack.name, result);
  }
  return done;
}

function driftSummary(
  report: SafeReport,
  findings: readonly Finding[],
  done: ReadonlyMap<string, UpsertedIssue>,
): string {
  const rows = report.stacks.map((stack) => {
    const found = findings.find((finding) => finding.stack === stack);
    const issue = done.get(stack.name)?.issue;
    const state =
      found === undefined ? `not known (${stack.status})` : found.issue === undefined ? "no drift" : "**drifted**";
    return [markdown.code(stack.name), state, issue === undefined ? "" : `[#${issue.number}](${issue.url})`];
  });
  const errors = report.stacks.flatMap(({ name, error }) =>
    error === undefined
      ? []
      : [`\n${markdown.details(`Why ${markdown.cell(name)} could not be planned`, error.slice(0, 6000))}`],
  );
  const head = `## Drift in ${markdown.code(report.environment)}`;
  return `${head}\n\n${markdown.table(["Stack", "", "Issue"], ["---", "---", "---"], rows)}${errors.join("")}`;
}
