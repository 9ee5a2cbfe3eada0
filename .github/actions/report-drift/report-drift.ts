import { type ActionResult, type Log, markdown } from "@slipway/core";
import type { GithubContext } from "@slipway/github/context";
import { issueStore, type UpsertedIssue, upsertIssue } from "@slipway/github/issues";
import { postReport } from "@slipway/github/post";
import { failedStacks } from "@slipway/plan-review/report/report-counts";
import type { SafeReport, SafeStack } from "@slipway/plan-review/report/report-schema";
import { type DriftIssue, driftIssue } from "./drift-issue.ts";

export interface ReportDriftInput {
  /** True when another job planned: it has failed if a stack did. */
  readonly handedOver: boolean;
  /** File of the report, for the output. */
  readonly path: string;
  readonly label: string;
  readonly post: boolean;
}

interface Clients {
  readonly github: () => Promise<GithubContext>;
  readonly log: Log;
}

interface Finding {
  readonly stack: SafeStack;
  readonly issue: DriftIssue | undefined;
}

/** Keeps one issue per drifted stack. */
export async function reportDrift(
  report: SafeReport,
  input: ReportDriftInput,
  clients: Clients,
): Promise<ActionResult> {
  // A stack that could not be planned may have drifted or not: its issue stays as it is.
  const known = report.stacks.filter(({ status }) => status !== "failed" && status !== "waiting");
  const findings = known.map((stack): Finding => ({ stack, issue: driftIssue(report, stack) }));
  const drifted = findings.filter(({ issue }) => issue !== undefined).map(({ stack }) => stack.name);
  for (const { stack, issue } of findings) clients.log.info(issue?.title ?? `${stack.name}: no drift`);
  const outputs = { drifted: String(drifted.length > 0), "drifted-stacks": drifted.join(","), report: input.path };
  const resultOf = (note: string, done: ReadonlyMap<string, UpsertedIssue>) => ({
    outputs: {
      ...outputs,
      issues: [...done.values()].flatMap(({ issue }) => (issue?.open ? [issue.number] : [])).join(","),
    },
    summary: note + driftSummary(report, findings, done),
  });
  let result = resultOf("", new Map());
  if (input.post) {
    const posted = await postReport(() => upsertAll(report, findings, input, clients), result, clients.log);
    result =
      "value" in posted
        ? resultOf("", posted.value)
        : resultOf(`> [!NOTE]\n> No issue was written: ${posted.refusal}.\n\n`, new Map());
  }
  if (!input.handedOver) failedStacks(report, "the job summary", result);
  return result;
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
