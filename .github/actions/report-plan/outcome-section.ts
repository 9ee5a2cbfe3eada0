import { markdown } from "../lib/markdown.ts";
import type { SafeReport } from "../lib/report/safe-report.ts";

/** What came of an apply: done, or why not and what to do. */
export function outcomeSection({ environment, outcome, stacks }: SafeReport): string {
  if (outcome === undefined) return "";
  const { status, reason, what = "", next = "" } = outcome;
  const place = markdown.code(environment);
  const applied = stacks.filter((stack) => stack.status === "applied").map(({ name }) => markdown.code(name));
  if (status === "applied") return `## Applied to ${place}: ${applied.join(", ") || "nothing had changed"}`;
  const left = stacks.filter((stack) => stack.status === "not-applied").map(({ name }) => markdown.code(name));
  const title = [
    `## ${status === "failed" ? "Apply failed in" : "Not applied to"} ${place}`,
    reason === undefined ? "" : `: ${markdown.code(reason)}`,
  ].join("");
  const rest = left.length === 0 ? "" : ` Not applied: ${left.join(", ")}.`;
  const done = applied.length === 0 ? "" : `Applied before that: ${applied.join(", ")}.${rest}`;
  return [
    title,
    what === "" ? "" : quoted("CAUTION", `${markdown.prose(what)}.`),
    done,
    next === "" ? "" : `**Next:** ${markdown.prose(next)}.`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function quoted(kind: string, text: string): string {
  return [`> [!${kind}]`, ...text.split("\n").map((line) => `> ${line}`)].join("\n");
}
