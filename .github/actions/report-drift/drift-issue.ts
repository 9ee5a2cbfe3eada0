import { markdown } from "../lib/markdown.ts";
import { details } from "../lib/report/details.ts";
import { pieces } from "../lib/report/pieces.ts";
import type { SafeReport, SafeStack } from "../lib/report/safe-report.ts";

export interface DriftIssue {
  readonly title: string;
  readonly body: string;
}

const limit = 60_000;

/** The issue of one drifted stack; undefined for a stack in which nothing drifted. */
export function driftIssue(report: SafeReport, stack: SafeStack): DriftIssue | undefined {
  const count = stack.plan?.changes.length ?? 0;
  if (count === 0) return undefined;
  const name = `${report.environment}/${stack.name}`;
  const all = pieces({ ...report, stacks: [stack] }).filter(({ kind }) => kind !== "drift");
  const text = (size: "full" | "title" | "count") =>
    [
      intro(name),
      details(
        all,
        all.map(() => size),
      ),
      footer(report),
    ].join("\n\n");
  const full = text("full");
  const body = full.length <= limit ? full : text("title").length <= limit ? text("title") : text("count");
  return { title: `Drift in ${name}: ${count} ${count === 1 ? "resource" : "resources"}`, body };
}

function intro(name: string): string {
  return `What is in AWS is no longer what was last applied to ${markdown.code(name)}. Applying again would do this:`;
}

function footer({ head, runUrl, hidden }: SafeReport): string {
  const parts = [
    `Seen at \`${head.slice(0, 7)}\``,
    ...(runUrl === undefined ? [] : [`[run](${runUrl})`]),
    ...(hidden === 0 ? [] : [`${hidden} ${hidden === 1 ? "value" : "values"} not shown`]),
  ];
  const next =
    "**Next:** apply again to put it back, or change the code to what is there. This issue closes when nothing differs.";
  return `${next}\n\n<sub>${parts.join(" · ")}</sub>\n`;
}
