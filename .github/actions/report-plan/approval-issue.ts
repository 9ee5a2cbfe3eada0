import type { GithubContext } from "@slipway/github/context";
import { issueStore, type UpsertedIssue, upsertIssue } from "@slipway/github/issues";
import { reportBody } from "@slipway/plan-review/report/render-report";
import { reportOutputs } from "@slipway/plan-review/report/report-counts";
import type { SafeReport } from "@slipway/plan-review/report/report-schema";

/**
 * Keeps one issue per environment while a plan waits for a yes: opened with the plan and the command, closed when it is
 * applied or nothing is left to apply. Undefined where the report says nothing about it.
 */
export async function approvalIssue(report: SafeReport, context: GithubContext): Promise<UpsertedIssue | undefined> {
  const { environment, planId, outcome } = report;
  // What waited for what was applied may have a plan of its own now.
  const done = outcome?.status === "applied" && planId === undefined;
  const empty = outcome === undefined && reportOutputs(report)["has-changes"] === "false";
  if (planId === undefined && !done && !empty) return undefined;
  const store = issueStore(context, "approval");
  return await upsertIssue(store, await store.list(), {
    marker: { kind: "approval", key: `environment=${environment}` },
    content: done || empty ? undefined : { title: `Plan for ${environment} waits for a yes`, body: reportBody(report) },
    closing: `${done ? "Applied" : "Nothing is left to apply"} at \`${report.head.slice(0, 7)}\`${runOf(report)}.`,
    runId: context.runId,
    login: context.author,
  });
}

function runOf({ runUrl }: SafeReport): string {
  return runUrl === undefined ? "" : ` ([run](${runUrl}))`;
}
