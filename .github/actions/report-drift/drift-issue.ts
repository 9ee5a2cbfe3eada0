import { markdown } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import { details, pieces } from "@slipway/plan-review/report/details";
import type { SafeReport, SafeStack } from "@slipway/plan-review/report/report-schema";

export interface DriftIssue {
  readonly title: string;
  readonly body: string;
}

const limit = 60_000;

/** The issue of one drifted stack; undefined for a stack in which nothing drifted. */
export function driftIssue(report: SafeReport, stack: SafeStack): DriftIssue | undefined {
  const all = pieces({ stacks: [stack] });
  if (all.length === 0) return undefined;
  const name = `${report.environment}/${stack.name}`;
  const text = (size: "full" | "title" | "count") => {
    const sizes = all.map(() => size);
    return [intro(name, stack), details(all, sizes, ""), footer(report, stack.plan?.hidden ?? 0)].join("\n\n");
  };
  const full = text("full");
  const body = full.length <= limit ? full : text("title").length <= limit ? text("title") : text("count");
  return { title: `Drift in ${name}: ${all.length} ${all.length === 1 ? "resource" : "resources"}`, body };
}

function intro(name: string, { plan }: SafeStack): string {
  const what = `What is in AWS is no longer what was last applied to ${markdown.code(name)}.`;
  if ((plan?.changes.length ?? 0) > 0) return `${what} Applying again would do this:`;
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
