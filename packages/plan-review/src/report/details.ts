import { markdown } from "@slipway/core";
import { type Risk, riskOf, riskOrder } from "../plan/risk.ts";
import type { SafeAttribute, SafeChange, SafeDrift, SafeReport } from "./report-schema.ts";

/** How much of an entry is shown: all, its title, or only its part in a count. */
export type Size = "full" | "title" | "count";

const verbs: { readonly [kind in ReportEntryKind]: string } = {
  "data-loss": "",
  "replace-or-delete": "",
  change: "to change",
  add: "to add",
  bookkeeping: "only in Terraform's state",
  outputs: "",
  drift: "changed outside",
};
const groupSigns: { readonly [kind in ReportEntryKind]?: string } = { change: "~", add: "+", drift: "⚠" };

const outsideInPlan = "### Changed outside Terraform\n\nFound while planning; not caused by this change.";

/** The details below the table: what is lost one by one, the rest per stack. */
export function details(
  entries: readonly ReportEntry[],
  sizes: readonly Size[],
  outsideHeading = outsideInPlan,
): string {
  const sized = entries.map((entry, index): Sized => ({ entry: entry, size: sizes[index] ?? "full" }));
  const blocks: string[] = [];
  const alone = sized.filter(({ entry }) => entry.kind === "data-loss" || entry.kind === "replace-or-delete");
  for (const { entry, size } of alone) if (size !== "count") blocks.push(single(entry, size));
  const left = alone.filter(({ size }) => size === "count").length;
  if (left > 0) blocks.push(`- … and ${left} more to replace or delete`);
  const few = entries.filter(({ kind }) => kind === "change").length <= 5;
  for (const kind of ["change", "add", "bookkeeping", "outputs"] as const) {
    for (const group of groups(sized, kind)) blocks.push(together(group, kind, kind === "change" && few));
  }
  const outside = groups(sized, "drift");
  if (outside.length > 0) {
    blocks.push(outsideHeading);
    for (const group of outside) blocks.push(together(group, "drift", false));
  }
  return blocks.join("\n\n");
}

interface Sized {
  readonly entry: ReportEntry;
  readonly size: Size;
}

function groups(sized: readonly Sized[], kind: ReportEntryKind): Sized[][] {
  const byStack = new Map<string, Sized[]>();
  for (const item of sized.filter(({ entry }) => entry.kind === kind)) {
    byStack.set(item.entry.stack, [...(byStack.get(item.entry.stack) ?? []), item]);
  }
  return [...byStack.values()];
}

function single({ kind, title, diff, stack }: ReportEntry, size: Size): string {
  const [head = "", ...rest] = title;
  const [sign = "", ...address] = head.split(" ");
  const named = (text: Words) =>
    [`${sign} ${text.code(address.join(" "))}`, ...rest.map(text.word), `in <b>${text.word(stack)}</b>`].join(" · ");
  if (size === "title" || diff === "") return `- ${named(markdown)}`;
  return folded(named(html), diff, kind === "data-loss");
}

function together(group: readonly Sized[], kind: ReportEntryKind, open: boolean): string {
  const { stack } = group[0]?.entry ?? { stack: "" };
  const shown = group.filter(({ size }) => size !== "count");
  const lines = shown.map(({ entry, size }) => {
    const head = entry.title.length === 0 ? "" : `@@ ${entry.title.join(" · ")} @@\n`;
    return (size === "title" ? head : head + entry.diff).trimEnd();
  });
  const what = kind === "outputs" ? "Outputs" : `${groupSigns[kind] ?? "•"} ${group.length} ${verbs[kind]}`;
  const title = (text: Words) => `${what} in <b>${text.word(stack)}</b>`;
  if (lines.every((line) => line === "")) return `- ${title(markdown)}`;
  if (shown.length < group.length) lines.push(`… and ${group.length - shown.length} more`);
  return folded(title(html), lines.join("\n"), open);
}

function folded(summary: string, diff: string, open: boolean): string {
  const start = open ? "<details open>" : "<details>";
  return `${start}<summary>${summary}</summary>\n\n${markdown.fenced("diff", diff)}\n\n</details>`;
}

type Words = Pick<typeof markdown, "code" | "word">;

/** The same inside of `<summary>`, where Markdown means nothing. */
const html: Words = {
  code: (text) => `<code>${escaped(text)}</code>`,
  // As code what GitHub could take for a name or a link.
  word: (text) => (markdown.word(text) === text ? escaped(text) : html.code(text)),
};

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/\s/g, " ");
}

export type ReportEntryKind = Risk | "drift" | "outputs";

/** One resource's part of the report. */
export interface ReportEntry {
  readonly kind: ReportEntryKind;
  readonly stack: string;
  /** What heads it, as `± aws_db_instance.main`, `Database/Instance`; empty for outputs. */
  readonly title: readonly string[];
  /** Lines of a diff; empty if the title says all. */
  readonly diff: string;
}

const signs = { create: "+", update: "~", replace: "±", delete: "−", import: "←", move: "→", forget: "⊘" };

/** All entries of the report, the highest risk first. */
export function reportEntries({ stacks }: Pick<SafeReport, "stacks">): ReportEntry[] {
  const changes = stacks.flatMap(({ name, plan }) => (plan?.changes ?? []).map((change) => changeEntry(name, change)));
  const outputs = stacks.flatMap(({ name, plan }): ReportEntry[] =>
    plan === undefined || plan.outputs.length === 0
      ? []
      : [{ kind: "outputs", stack: name, title: [], diff: diffBlock(plan.outputs) }],
  );
  const drift = stacks.flatMap(({ name, plan }) => (plan?.drift ?? []).map((entry) => driftEntry(name, entry)));
  return [...riskOrder.flatMap((risk) => changes.filter(({ kind }) => kind === risk)), ...outputs, ...drift];
}

function changeEntry(stack: string, change: SafeChange): ReportEntry {
  const title = [
    `${signs[change.action]} ${change.address}`,
    change.constructPath ?? "",
    change.previousAddress === undefined ? "" : `moved from ${change.previousAddress}`,
    change.importId === undefined ? "" : `imports ${change.importId}`,
    change.action === "forget" ? "removed from Terraform's state, stays in AWS" : "",
    change.putsBack ? "puts back what changed outside" : "",
  ];
  return {
    kind: riskOf(change),
    stack,
    title: title.filter((part) => part !== ""),
    diff: diffBlock(change.attributes),
  };
}

function driftEntry(stack: string, drift: SafeDrift): ReportEntry {
  const what = drift.action === "delete" ? "deleted outside" : "";
  const title = [`⚠ ${drift.address}`, drift.constructPath ?? "", what].filter((part) => part !== "");
  return { kind: "drift", stack, title, diff: diffBlock(drift.attributes) };
}

/** Attributes as the lines of a diff: GitHub colours by the first character. Longer lists end in a count. */
function diffBlock(attributes: readonly SafeAttribute[], limit = 60): string {
  // What forces a replacement comes first.
  const ordered = [...attributes].sort((a, b) => Number(b.forcesReplacement) - Number(a.forcesReplacement));
  const lines = ordered.slice(0, limit).map(line);
  if (ordered.length > limit) lines.push(`  … and ${ordered.length - limit} more attributes`);
  return lines.join("\n");
}

function line({ path, before, after, forcesReplacement }: SafeAttribute): string {
  const note = forcesReplacement ? "   # forces replacement" : "";
  if (before === undefined) return `+ ${path} = ${after}${note}`;
  if (after === undefined) return `- ${path} = ${before}${note}`;
  // Both hidden: that they differ is all there is to say.
  if (before === after) return `! ${path}: ${after}, changed${note}`;
  return `! ${path}: ${before} → ${after}${note}`;
}
