import { markdown } from "@slipway/core";
import { planLine } from "../promise/comment-line.ts";
import { details, type ReportEntry, type ReportEntryKind, reportEntries, type Size } from "./details.ts";
import { type HeadLimits, headSection } from "./header.ts";
import type { SafeReport } from "./report-schema.ts";

export interface Budget {
  readonly limit: number;
  /** Characters for a comment, bytes for a summary. */
  readonly measure: (text: string) => number;
}

/** The order in which entries are shortened: the lowest risk first, details before titles. */
const order: readonly (readonly [ReportEntryKind, Size])[] = [
  ["reads", "title"],
  ["reads", "count"],
  ["bookkeeping", "title"],
  ["bookkeeping", "count"],
  ["outputs", "title"],
  ["outputs", "count"],
  ["add", "title"],
  ["add", "count"],
  ["drift", "title"],
  ["drift", "count"],
  ["change", "title"],
  ["runs", "title"],
  ["replace-or-delete", "title"],
  ["change", "count"],
  ["runs", "count"],
  ["replace-or-delete", "count"],
  ["data-loss", "title"],
  ["data-loss", "count"],
];

const heads: readonly HeadLimits[] = [
  { error: 6000, unchangedRows: true },
  { error: 1500, unchangedRows: true },
  { error: 300, unchangedRows: false },
];

/** The report as Markdown within the budget. What does not fit is only counted, and a note says so. */
export function renderReport(report: SafeReport, { limit, measure }: Budget): string {
  const all = reportEntries(report);
  for (const head of heads) {
    const top = headSection(report, head);
    const sizes: Size[] = all.map(() => "full");
    let text = assemble(report, top, all, sizes);
    for (let excess = measure(text) - limit; excess > 0; excess = measure(text) - limit) {
      if (!shrink(all, sizes, excess, measure)) break;
      text = assemble(report, top, all, sizes);
    }
    if (measure(text) <= limit) return text;
  }
  return cut(headSection(report, { error: 300, unchangedRows: false }), report, { limit, measure });
}

/** Shortens entries until about `excess` is saved; false if nothing can be shortened further. */
function shrink(all: readonly ReportEntry[], sizes: Size[], excess: number, measure: Budget["measure"]): boolean {
  let saved = 0;
  let any = false;
  for (const [kind, size] of order) {
    for (let index = all.length - 1; index >= 0; index -= 1) {
      const entry = all[index];
      if (saved >= excess) return true;
      if (entry?.kind !== kind || sizes[index] === size || sizes[index] === "count") continue;
      saved += measure(size === "title" ? entry.diff : entry.title.join(" · "));
      sizes[index] = size;
      any = true;
    }
  }
  return any;
}

function assemble(report: SafeReport, top: string, all: readonly ReportEntry[], sizes: readonly Size[]): string {
  const titles = sizes.filter((size, index) => size === "title" && all[index]?.diff !== "").length;
  const counted = sizes.filter((size) => size === "count").length;
  return [top, details(all, sizes), shortened(report, titles, counted), footer(report)]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

function shortened({ runUrl }: SafeReport, titles: number, counted: number): string {
  if (titles + counted === 0) return "";
  const parts = [titles > 0 ? `${titles} shown by name only` : "", counted > 0 ? `${counted} only counted` : ""];
  const full = runUrl === undefined ? "the job summary" : `[the full report](${runUrl})`;
  return `> [!NOTE]\n> Too long to show whole: ${parts.filter((part) => part !== "").join(", ")}. Everything is in ${full}.`;
}

function footer({ head, engine, provider, runUrl, stacks }: SafeReport): string {
  const hidden = stacks.reduce((sum, { plan }) => sum + (plan?.hidden ?? 0), 0);
  const parts = [
    `Head \`${head.slice(0, 7)}\``,
    ...[engine, provider].filter((text) => text !== "").map(markdown.word),
    ...(runUrl === undefined ? [] : [`[run](${runUrl})`]),
    ...(hidden === 0 ? [] : [`${hidden} ${hidden === 1 ? "value" : "values"} not shown`]),
  ];
  return `<sub>${parts.join(" · ")}</sub>`;
}

function cut(top: string, report: SafeReport, { limit, measure }: Budget): string {
  const end = `\n\n${shortened(report, 0, reportEntries(report).length)}\n`;
  let text = top;
  while (text !== "" && measure(text + end) > limit) text = text.slice(0, Math.floor(text.length * 0.9));
  return text + end;
}

/** Under GitHub's 65,536, which also counts the hidden lines. */
const limit = 64_500;

/** What stands below the marker in a comment or issue. */
export function reportBody(report: SafeReport): string {
  const { environment, head, planId } = report;
  const hidden = planId === undefined ? "" : `${planLine.write({ environment, head, plan: planId })}\n`;
  return hidden + renderReport(report, { limit, measure: (text) => text.length });
}
