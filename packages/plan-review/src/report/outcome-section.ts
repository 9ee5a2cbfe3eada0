import { markdown } from "@slipway/core";
import type { SafeReport } from "./safe-report.ts";

/** What came of an apply: done, or why not and what to do. */
export function outcomeSection({ environment, outcome, stacks }: SafeReport): string {
  if (outcome === undefined) return "";
  const { status, reason, what = "", next = "" } = outcome;
  const applied = stacks.filter((stack) => stack.status === "applied").map(({ name }) => markdown.code(name));
  const place = markdown.code(environment);
  if (status === "applied") {
    const title = `## Applied to ${place}: ${applied.join(", ") || "nothing had changed"}`;
    return next === "" ? title : `${title}\n\n${nextStep(next)}`;
  }
  const title =
    status === "failed" ? "Apply failed in" : applied.length > 0 ? "Only partly applied to" : "Not applied to";
  const parts = [
    `## ${title} ${place}${reason === undefined ? "" : `: ${markdown.code(reason)}`}`,
    what === "" ? "" : caution(`${markdown.prose(what)}.`),
    applied.length === 0 ? "" : `Applied before that: ${applied.join(", ")}.`,
    next === "" ? "" : nextStep(next),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function caution(text: string): string {
  return ["> [!CAUTION]", ...text.split("\n").map((line) => `> ${line}`)].join("\n");
}

/** A command at the end stands in a block of its own, with a button to copy it. */
function nextStep(next: string): string {
  const [, text = next, command] = /^([^`]*): `([^`\n]+)`$/.exec(next) ?? [];
  if (command === undefined) return `**Next:** ${markdown.prose(text)}.`;
  return `**Next:** ${markdown.prose(text)}:\n\n${markdown.fenced("sh", command)}`;
}
