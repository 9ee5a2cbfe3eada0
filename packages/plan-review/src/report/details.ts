import { markdown } from "@slipway/core";
import { reasons, wordsFor } from "../plan/plan-facts.ts";
import { type Risk, riskOf, riskOrder } from "../plan/risk.ts";
import { notShown } from "../redact/set-values.ts";
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
  runs: "to run",
  reads: "to read during the apply",
  drift: "changed outside",
};
const groupSigns: { readonly [kind in ReportEntryKind]?: string } = { change: "~", add: "+", runs: "▶", drift: "⚠" };

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
  for (const kind of ["runs", "change", "add", "bookkeeping", "outputs", "reads"] as const) {
    const open = kind === "runs" || (kind === "change" && few);
    for (const group of groups(sized, kind)) blocks.push(together(group, kind, open));
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
  const noun = kind === "runs" ? (group.length === 1 ? "action " : "actions ") : "";
  const what = kind === "outputs" ? "Outputs" : `${groupSigns[kind] ?? "•"} ${group.length} ${noun}${verbs[kind]}`;
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
  code: (text) => `<code>${markdown.html(text)}</code>`,
  // As code what GitHub could take for a name or a link.
  word: (text) => (markdown.word(text) === text ? markdown.html(text) : html.code(text)),
};

export type ReportEntryKind = Risk | "drift" | "outputs" | "runs" | "reads";

/** One resource's part of the report. */
export interface ReportEntry {
  readonly kind: ReportEntryKind;
  readonly stack: string;
  /** What heads it, as `± aws_db_instance.main`, `Database/Instance`; empty for outputs. */
  readonly title: readonly string[];
  /** Lines of a diff; empty if the title says all. */
  readonly diff: string;
}

const signs = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "−",
  import: "←",
  move: "→",
  forget: "⊘",
  unknown: "?",
};

/** All entries of the report, the highest risk first. */
export function reportEntries({ stacks }: Pick<SafeReport, "stacks">): ReportEntry[] {
  const changes = stacks.flatMap(({ name, plan }) => [
    ...(plan?.changes ?? []).map((change) => changeEntry(name, change)),
    ...(plan?.unknownSections ?? []).map((section) => sectionEntry(name, section)),
  ]);
  const outputs = stacks.flatMap(({ name, plan }): ReportEntry[] =>
    plan === undefined || plan.outputs.length === 0
      ? []
      : [{ kind: "outputs", stack: name, title: [], diff: diffBlock(plan.outputs) }],
  );
  const drift = stacks.flatMap(({ name, plan }) => (plan?.drift ?? []).map((entry) => driftEntry(name, entry)));
  const runs = stacks.flatMap(({ name, plan }) =>
    (plan?.runs ?? []).map(({ address, trigger, attributes }): ReportEntry => {
      return { kind: "runs", stack: name, title: [`▶ ${address}`, trigger], diff: diffBlock(attributes) };
    }),
  );
  const reads = stacks.flatMap(({ name, plan }) =>
    (plan?.reads ?? []).map(({ address, reason }): ReportEntry => {
      return { kind: "reads", stack: name, title: present([address, reason]), diff: "" };
    }),
  );
  const ordered = riskOrder.flatMap((risk) => changes.filter(({ kind }) => kind === risk));
  return [...ordered, ...runs, ...outputs, ...reads, ...drift];
}

function present(parts: readonly string[]): string[] {
  return parts.filter((part) => part !== "");
}

function changeEntry(stack: string, change: SafeChange): ReportEntry {
  const { action, address, constructPath = "", previousAddress, importId, attributes } = change;
  const title = [
    `${signs[action]} ${address}`,
    constructPath,
    leftOver(change),
    notUnderstood(change),
    reasonWords(change),
    changedCode(change),
    previousAddress === undefined ? "" : `moved from ${previousAddress}`,
    importId === undefined ? "" : `imports ${importId}`,
    change.keepsOld === true ? "the old one leaves the state and stays in AWS" : "",
    action === "forget" ? "removed from Terraform's state, stays in AWS" : "",
    change.putsBack ? "puts back what changed outside" : "",
    action === "update" && attributes.length === 0 ? "no value differs" : "",
  ];
  return { kind: riskOf(change), stack, title: present(title), diff: diffBlock(attributes) };
}

/** Beside the attributes that force it, a replacement needs no other reason. */
function reasonWords({ reason = "", forcedBy }: SafeChange): string {
  return reason === "replace_because_cannot_update" && forcedBy.length > 0 ? "" : wordsFor(reasons, reason);
}

/** A function's code is seen by its hash alone; the function by its construct, since its name need not be among what differs. */
function changedCode({ type, action, address, constructPath, attributes }: SafeChange): string {
  const differs = attributes.some(({ path }) => path === "source_code_hash");
  if (type !== "aws_lambda_function" || !differs || (action !== "update" && action !== "replace")) return "";
  const [name] = constructPath?.split("/").slice(-2) ?? [];
  return `code of function ${name ?? address} changes`;
}

function leftOver({ deposed }: SafeChange | SafeDrift): string {
  return deposed === undefined ? "" : `left over from a replacement (${deposed})`;
}

function notUnderstood({ rawAction }: SafeChange | SafeDrift): string {
  return rawAction === undefined ? "" : `not understood: ${rawAction}`;
}

function sectionEntry(stack: string, section: string): ReportEntry {
  return {
    kind: "replace-or-delete",
    stack,
    title: [`? ${section}`, "not understood: a section of the plan that is not known here"],
    diff: "",
  };
}

function driftEntry(stack: string, drift: SafeDrift): ReportEntry {
  const what = drift.action === "delete" ? "deleted outside" : "";
  const title = [`⚠ ${drift.address}`, drift.constructPath ?? "", leftOver(drift), notUnderstood(drift), what];
  return { kind: "drift", stack, title: present(title), diff: diffBlock(drift.attributes) };
}

/** Attributes as the lines of a diff: GitHub colours by the first character. Longer lists end in a count. */
function diffBlock(attributes: readonly SafeAttribute[], limit = 60): string {
  // What forces a replacement comes first.
  const ordered = [...attributes].sort((a, b) => Number(b.forcesReplacement) - Number(a.forcesReplacement));
  const lines = ordered.slice(0, limit).map(line);
  if (ordered.length > limit) lines.push(`  … and ${ordered.length - limit} more attributes`);
  return lines.join("\n");
}

function line({ path, before, after, forcesReplacement, note: said }: SafeAttribute): string {
  const note = forcesReplacement ? "   # forces replacement" : "";
  if (said !== undefined) return `! ${path}: ${said}${note}`;
  if (before === undefined) return `+ ${path} = ${after}${note}`;
  if (after === undefined) return `- ${path} = ${before}${note}`;
  // Both hidden: that they differ is all there is to say.
  if (before === after) return `! ${path}: ${after === notShown ? `changed ${after}` : `${after}, changed`}${note}`;
  return `! ${path}: ${before} → ${after}${note}`;
}
