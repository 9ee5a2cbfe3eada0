import { ActionFailure, type ActionResult, type Log } from "@slipway/core";
import { type CommentTarget, commentStore, type UpsertOptions, upsertComment } from "@slipway/github/comments";
import type { GithubContext } from "@slipway/github/context";
import { issueStore, type UpsertedIssue, upsertIssue } from "@slipway/github/issues";
import { type CommitStatus, setStatus } from "@slipway/github/open-pull";
import { postReport } from "@slipway/github/post";
import { renderReport, reportBody } from "@slipway/plan-review/report/render-report";
import { countChanges, failedStacks, reportOutputs } from "@slipway/plan-review/report/report-counts";
import type { SafeReport } from "@slipway/plan-review/report/report-schema";

export interface ReportPlanInput {
  /** True when another job planned: it has shown the report in its summary and failed if a stack did. */
  readonly handedOver: boolean;
  /** File of the report, for the output. */
  readonly path: string;
  /** Address of this run. */
  readonly runUrl: string | undefined;
  readonly comment: "always" | "changes" | "never";
  /** Where the comment goes; undefined where there is nothing to comment on. */
  readonly target: CommentTarget | undefined;
  /** True: one issue per environment stays open while a plan waits for approval. */
  readonly issue: boolean;
  /** True: the planned commit of an open pull request gets a status as well. */
  readonly status: boolean;
  readonly open: boolean;
  readonly dryRun: boolean;
}

interface Clients {
  /** Made when it is needed: a run without comment needs no token. */
  readonly github: () => Promise<GithubContext>;
  readonly log: Log;
}

/** A summary over 1 MiB is not shown at all. */
const summaryBudget = { limit: 1_000_000, measure: (text: string) => Buffer.byteLength(text) };

/** Shows an environment's report: as one comment, as an issue if asked for, and as the job summary. */
export async function reportPlan(report: SafeReport, input: ReportPlanInput, clients: Clients): Promise<ActionResult> {
  for (const line of logLines(report)) clients.log.info(line);
  const summary = renderReport(report, summaryBudget);
  const outputs = {
    ...reportOutputs(report),
    report: input.path,
    "comment-id": "",
    "comment-url": "",
    "issue-number": "",
  };
  const known = { outputs, summary };
  const posted = await postReport(() => post(report, input, clients), known, clients.log);
  const result = "value" in posted ? withPosted(known, posted.value, input) : withoutPosted(known, posted.refusal);
  if (!input.handedOver) failUnplanned(report, result);
  if (!input.handedOver) failedStacks(report, "the comment or the job summary", result);
  return result;
}

/** Fails the step when the stacks were refused before Terraform saw them. */
function failUnplanned({ kind, outcome }: SafeReport, result: ActionResult): void {
  if (kind !== "plan" || outcome === undefined) return;
  const { what = "The stacks were refused", next = "correct them and push" } = outcome;
  throw new ActionFailure("stacks-invalid", what, next, result);
}

/** Who posts what another job planned need not show it twice. */
function withPosted(known: ActionResult, outputs: Outputs, { handedOver }: ReportPlanInput): ActionResult {
  const commentUrl = outputs["comment-url"];
  const summary = handedOver && commentUrl !== undefined ? `Posted as [a comment](${commentUrl}).\n` : known.summary;
  return { outputs: { ...known.outputs, ...outputs }, summary };
}

function withoutPosted({ outputs, summary }: ActionResult, refusal: string): ActionResult {
  return { outputs, summary: `> [!NOTE]\n> Not posted: ${refusal}.\n\n${summary}` };
}

type Outputs = Readonly<Record<string, string>>;

async function post(report: SafeReport, input: ReportPlanInput, { github }: Clients): Promise<Outputs> {
  const { target, issue, comment, status, open, runUrl: url, dryRun } = input;
  const commented = comment !== "never" && target !== undefined;
  const shown = status && open;
  if (dryRun || (!commented && !issue && !shown)) return {};
  const context = await github();
  if (shown) await showStatus({ ...statusOf(report), url }, context);
  return {
    ...(commented ? await upsertReportComment(target, commentOn(report, comment === "always"), context) : {}),
    ...(issue ? await postIssue(report, context) : {}),
  };
}

function commentOn(report: SafeReport, always: boolean): ReportComment {
  const outputs = reportOutputs(report);
  return {
    marker: { kind: report.kind, key: `environment=${report.environment}` },
    body: reportBody(report),
    // Nobody asked for an apply that had nothing to do.
    create: (always && report.kind === "plan") || outputs["has-changes"] === "true" || outputs["failed-checks"] !== "0",
  };
}

async function postIssue(report: SafeReport, context: GithubContext): Promise<Outputs> {
  const { state, issue } = (await approvalIssue(report, context)) ?? {};
  if (issue === undefined || state === "absent") return {};
  context.log.info(`Issue ${state}: ${issue.url}`);
  return { "issue-number": issue.open ? String(issue.number) : "" };
}

function logLines({ stacks }: SafeReport): string[] {
  return stacks.map((stack) => {
    const { create, update, replace, delete: destroy, run } = countChanges([stack]);
    const actions = run === 0 ? "" : `, ${run} ${run === 1 ? "action" : "actions"} to run`;
    const numbers = `${create} to add, ${update} to change, ${replace} to replace, ${destroy} to destroy${actions}`;
    return `${stack.name}: ${stack.status}${stack.plan === undefined ? "" : `, ${numbers}`}`;
  });
}

export interface PlanStatus extends Omit<CommitStatus, "sha" | "context"> {
  readonly environment: string;
  readonly head: string;
}

/** A plan made by `workflow_run` is among no pull request's checks: a status of the commit stands for it there. */
export function showStatus({ environment, head: sha, ...rest }: PlanStatus, context: GithubContext): Promise<void> {
  return setStatus(context, { ...rest, sha, context: `plan / ${environment}` });
}

function statusOf(report: SafeReport): Omit<PlanStatus, "url"> {
  const { environment, head, stacks, outcome } = report;
  const failed = stacks.filter(({ status }) => status === "failed").length;
  if (outcome !== undefined) return { environment, head, state: "failure", description: "not planned here" };
  if (failed > 0)
    return { environment, head, state: "failure", description: `${failed} of ${stacks.length} stacks failed` };
  const { create, update, replace, delete: destroy } = countChanges(stacks);
  const numbers = `${create} to add, ${update} to change, ${replace} to replace, ${destroy} to destroy`;
  const changes = reportOutputs(report)["has-changes"] === "true";
  return { environment, head, state: "success", description: changes ? numbers : "no changes" };
}

type ReportComment = Pick<UpsertOptions, "marker" | "body" | "create">;

/** Keeps the one comment of its marker up to date; the outputs say where it is. */
export async function upsertReportComment(
  target: CommentTarget,
  comment: ReportComment,
  context: GithubContext,
): Promise<Readonly<Record<string, string>>> {
  const { runId, author, log } = context;
  const done = await upsertComment(commentStore(context, target), { ...comment, runId, login: author, log });
  if (done.state === "absent") return {};
  if (done.state === "superseded") log.info("A newer run has reported already; its comment stays");
  else log.info(`Comment ${done.state}: ${done.comment.url}`);
  return { "comment-id": String(done.comment.id), "comment-url": done.comment.url };
}

/**
 * Keeps one issue per environment while a plan waits for approval. It is opened with the plan and the command, and closed when the plan
 * is applied or nothing is left to apply. Undefined if the report concerns no approval.
 */
async function approvalIssue(report: SafeReport, context: GithubContext): Promise<UpsertedIssue | undefined> {
  const { environment, planId, outcome } = report;
  // What waited for what was applied may have a plan of its own now.
  const done = outcome?.status === "applied" && planId === undefined;
  const empty = outcome === undefined && reportOutputs(report)["has-changes"] === "false";
  if (planId === undefined && !done && !empty) return undefined;
  const store = issueStore(context, "approval");
  return await upsertIssue(store, await store.list(), {
    marker: { kind: "approval", key: `environment=${environment}` },
    content:
      done || empty ? undefined : { title: `Plan for ${environment} waits for approval`, body: reportBody(report) },
    closing: `${done ? "Applied" : "Nothing is left to apply"} at \`${report.head.slice(0, 7)}\`${runOf(report)}.`,
    runId: context.runId,
    login: context.author,
  });
}

function runOf({ runUrl }: SafeReport): string {
  return runUrl === undefined ? "" : ` ([run](${runUrl}))`;
}
