import { type ActionResult, type Log, markdown } from "@slipway/core";
import type { GithubContext } from "@slipway/github/context";
import { issueStore, type UpsertedIssue, upsertIssue } from "@slipway/github/issues";
import { postReport } from "@slipway/github/post";
import { commands } from "@slipway/plan-review/next-commands";
import { isExpectedDrift } from "@slipway/plan-review/plan/drift";
import type { PlanModel, ResourceChange } from "@slipway/plan-review/plan/plan-model";
import { details, reportEntries } from "@slipway/plan-review/report/details";
import { checkWarnings } from "@slipway/plan-review/report/header";
import { failedStacks } from "@slipway/plan-review/report/report-counts";
import type { SafeReport, SafeStack } from "@slipway/plan-review/report/report-schema";

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
  const checks = known.reduce((sum, { plan }) => sum + (plan?.checks?.length ?? 0), 0);
  if (checks > 0)
    clients.log.warning(`${checks} ${checks === 1 ? "check does" : "checks do"} not pass: see the job summary`);
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
      : [`\n${markdown.details(`Why ${markdown.html(name)} could not be planned`, error.slice(0, 6000))}`],
  );
  const head = `## Drift in ${markdown.code(report.environment)}`;
  const table = markdown.table(["Stack", "", "Issue"], ["---", "---", "---"], rows);
  const parts = [head, checkWarnings(report.stacks), table + errors.join("")];
  return parts.filter((part) => part !== "").join("\n\n");
}

interface DriftIssue {
  readonly title: string;
  readonly body: string;
}

const limit = 60_000;

/** The issue of one drifted stack; undefined for a stack in which nothing drifted. */
export function driftIssue(report: SafeReport, stack: SafeStack): DriftIssue | undefined {
  const all = reportEntries({ stacks: [stack] });
  if (all.length === 0) return undefined;
  const count = all.filter(({ kind }) => kind !== "runs").length;
  const name = `${report.environment}/${stack.name}`;
  const text = (size: "full" | "title" | "count") => {
    const sizes = all.map(() => size);
    const parts = [
      intro(name, stack),
      checkWarnings([stack]),
      details(all, sizes, ""),
      footer(report, stack.plan?.hidden ?? 0),
    ];
    return parts.filter((part) => part !== "").join("\n\n");
  };
  const full = text("full");
  const body = full.length <= limit ? full : text("title").length <= limit ? text("title") : text("count");
  return { title: `Drift in ${name}: ${count} ${count === 1 ? "resource" : "resources"}`, body };
}

function intro(name: string, { plan }: SafeStack): string {
  const what = `What is in AWS is no longer what was last applied to ${markdown.code(name)}.`;
  if ((plan?.changes.length ?? 0) + (plan?.unknownSections?.length ?? 0) > 0)
    return `${what} Applying again would do this:`;
  return `${what} It was changed like this (its code has changed too, and waits for an apply):`;
}

function footer({ environment, head, runUrl }: SafeReport, hidden: number): string {
  const parts = [
    `Seen at \`${head.slice(0, 7)}\``,
    ...(runUrl === undefined ? [] : [`[run](${runUrl})`]),
    ...(hidden === 0 ? [] : [`${hidden} ${hidden === 1 ? "value" : "values"} not shown`]),
  ];
  const next = `**Next:** plan to put it back, ${commands.plan(environment)}, or change the code to what is there. This issue closes when nothing differs.`;
  return `${next}\n\n<sub>${parts.join(" · ")}</sub>\n`;
}

/**
 * The drift in a plan. In a plan of an applied stack these are the changes that revert drift, in a refresh-only plan the differences
 * found. Changes by deployments and scaling are no drift, nor are state-only changes.
 */
export function driftedPart(plan: PlanModel): PlanModel {
  const changes = plan.changes.map(withoutExpected).filter((change) => change !== undefined);
  const drift = plan.changes.length > 0 ? [] : plan.drift;
  // Actions follow from changes, as what is read during the apply does.
  return { ...plan, changes, drift, outputs: [], reads: [], runs: changes.length > 0 ? plan.runs : [] };
}

function withoutExpected(change: ResourceChange): ResourceChange | undefined {
  if (change.action === "move" || change.action === "import" || change.action === "forget") return undefined;
  if (change.action !== "update" || change.attributes.length === 0) return change;
  const attributes = change.attributes.filter(({ path }) => !isExpectedDrift(change.type, path));
  // Attributes known after apply follow from other changes; alone they are no drift.
  const real = attributes.some(({ after }) => after?.kind !== "unknown");
  return real ? { ...change, attributes } : undefined;
}
