import { markdown } from "@slipway/core";
import { approveCommand } from "../next-commands.ts";
import { reasons, wordsFor } from "../plan/plan-facts.ts";
import { consequenceOf, riskOf } from "../plan/risk.ts";
import { type Counts, countChanges, reportOutputs } from "./report-counts.ts";
import type { SafeChange, SafeReport, SafeStack } from "./report-schema.ts";

export interface HeadLimits {
  /** Characters of each error. */
  readonly error: number;
  readonly unchangedRows: boolean;
}

const listed = 20;

/** Title, failures, what is lost, the table and what to do: what everybody reads. */
export function headSection(report: SafeReport, limits: HeadLimits): string {
  const failed = report.stacks.filter(({ status }) => status === "failed");
  const parts = [
    report.outcome === undefined ? title(report, failed.length) : outcomeSection(report),
    ...(report.notes ?? []).map((text) => `> [!NOTE]\n> ${markdown.prose(text)}.`),
    ...failed.map((stack) => failure(stack, limits.error)),
    destructiveChanges(report.stacks),
    checkWarnings(report.stacks),
    stackTable(report.stacks, limits.unchangedRows),
    approvalSection(report),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function title({ environment, stacks }: SafeReport, failed: number): string {
  const counts = countChanges(stacks);
  const outside = stacks.some(({ plan }) => (plan?.drift.length ?? 0) > 0);
  const outputs = stacks.some(({ plan }) => (plan?.outputs.length ?? 0) > 0);
  const blocked = stacks.filter(({ status }) => status === "waiting").length;
  const planned = Object.values(counts).some((count) => count > 0);
  const otherwise = outputs ? "only outputs change" : failed > 0 ? "nothing else changes" : "no changes";
  const words = planned ? verbs.flatMap((verb) => countText(counts, verb)) : blocked > 0 ? [] : [otherwise];
  if (failed > 0) words.unshift(`**${failed} ${failed === 1 ? "stack" : "stacks"} failed**`);
  if (blocked > 0) words.push(`${blocked} ${blocked === 1 ? "stack" : "stacks"} later`);
  if (outside && !planned) words.push("something changed outside");
  const failing = stacks.reduce((sum, { plan }) => sum + (plan?.checks?.length ?? 0), 0);
  if (failing > 0) words.push(`**${failing} ${failing === 1 ? "check does" : "checks do"} not pass**`);
  return `## Plan for ${markdown.code(environment)}: ${words.join(", ")}`;
}

const verbs = ["create", "update", "unknown", "replace", "delete", "import", "move", "forget", "run"] as const;
const infinitives: Partial<Record<keyof Counts, string>> = { create: "add", update: "change", delete: "destroy" };

function countText(counts: Counts, action: keyof Counts): string[] {
  const count = counts[action];
  if (action === "unknown") return count === 0 ? [] : [`**${count} not understood**`];
  if (action === "run") return count === 0 ? [] : [`${count} ${count === 1 ? "action" : "actions"} to run`];
  const text = `${count} to ${infinitives[action] ?? action}`;
  return count === 0 ? [] : [action === "replace" || action === "delete" ? `**${text}**` : text];
}

function failure({ name, error = "" }: SafeStack, limit: number): string {
  const text = error.trim() === "" ? "The engine gave no reason." : error.trim();
  const cut = text.length <= limit ? text : `${text.slice(0, limit)}\n… (${text.length} characters)`;
  return `> [!CAUTION]\n> Stack ${markdown.code(name)} could not be planned.\n\n${markdown.fenced("text", cut)}`;
}

function destructiveChanges(stacks: readonly SafeStack[]): string {
  const changes = stacks.flatMap(({ name, plan }) =>
    (plan?.changes ?? []).filter((change) => riskOf(change) === "data-loss").map((change) => ({ ...change, name })),
  );
  if (changes.length === 0) return "";
  const lines = changes.slice(0, listed).map((change) => {
    const path = change.constructPath === undefined ? "" : `${markdown.word(change.constructPath)}, `;
    const where = `${path}stack ${markdown.code(change.name)}`;
    const line = `> - ${lostObject(change)} (${where}) ${fate(change)}${reasonText(change)}`;
    return [line, consequenceOf(change)].filter((part) => part !== "").join(" ");
  });
  if (changes.length > listed) lines.push(`> - … and ${changes.length - listed} more`);
  return ["> [!CAUTION]", "> Data, an address or a key is lost:", ...lines].join("\n");
}

function lostObject({ address, deposed }: SafeChange): string {
  if (deposed === undefined) return markdown.code(address);
  return `what a replacement of ${markdown.code(address)} left over, ${markdown.code(deposed)},`;
}

function fate({ action, rawAction = "" }: SafeChange): string {
  if (action === "unknown") return `may be **lost**: its action (${markdown.code(rawAction)}) is not known here`;
  return `will be **${action === "replace" ? "replaced" : "destroyed"}**`;
}

function reasonText({ forcedBy, reason = "" }: SafeChange): string {
  if (forcedBy.length > 0)
    return `: ${forcedBy.map(markdown.code).join(", ")} ${forcedBy.length > 1 ? "force" : "forces"} it.`;
  return reason === "" ? "." : `: ${markdown.word(wordsFor(reasons, reason))}.`;
}

/** Checks that do not pass stop no apply, but what they watch over is not as it must be. */
export function checkWarnings(stacks: readonly SafeStack[]): string {
  const checks = stacks.flatMap(({ name, plan }) => (plan?.checks ?? []).map((check) => ({ ...check, stack: name })));
  const lines = checks.slice(0, listed).map(({ name, what, messages, stack }) => {
    const said = messages.length === 0 ? "" : `: ${messages.map(markdown.code).join(", ")}`;
    return `> - ${markdown.code(name)} (stack ${markdown.code(stack)}) ${markdown.word(what)}${said}`;
  });
  if (lines.length === 0) return "";
  if (checks.length > listed) lines.push(`> - … and ${checks.length - listed} more`);
  return ["> [!WARNING]", "> Not as a check says it must be:", ...lines].join("\n");
}

/** What came of an apply: done, or why not and what to do. */
function outcomeSection({ kind, environment, outcome, stacks }: SafeReport): string {
  if (outcome === undefined) return "";
  const { status, reason, what = "", next = "" } = outcome;
  const applied = stacks.filter((stack) => stack.status === "applied").map(({ name }) => markdown.code(name));
  const target = markdown.code(environment);
  if (status === "applied") {
    const title = `## Applied to ${target}: ${applied.join(", ") || "nothing had changed"}`;
    return next === "" ? title : `${title}\n\n${nextStep(next)}`;
  }
  const title =
    status === "failed" ? "Apply failed in" : applied.length > 0 ? "Only partly applied to" : "Not applied to";
  const heading =
    kind === "plan"
      ? `## Plan for ${target}: **not planned here**`
      : `## ${title} ${target}${reason === undefined ? "" : `: ${markdown.code(reason)}`}`;
  const parts = [
    heading,
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

/** Which plan this is, and what applies it; empty where no plan was stored or nothing would change. */
function approvalSection(report: SafeReport): string {
  const { environment, planId, expires, pr, outcome, stacks } = report;
  if (planId === undefined || reportOutputs(report)["has-changes"] === "false") return "";
  const until = expires === undefined ? "" : ` (expires ${expires.slice(0, 16).replace("T", " ")} UTC)`;
  const plan = `plan \`sha256:${planId.slice(0, 12)}…\`${until}`;
  // The sentence above ends with the command.
  if (outcome?.next?.includes(planId) === true) return `New ${plan}.`;
  if (pr !== undefined && outcome === undefined) {
    const failed = stacks.filter(({ status }) => status === "failed").map(({ name }) => markdown.code(name));
    const but = failed.length === 0 ? "" : ` ${failed.join(", ")} has no plan: correct it first.`;
    return `Merging applies exactly this: ${plan}.${but}`;
  }
  const command = markdown.fenced("sh", approveCommand(environment, planId));
  return `Nothing is applied until somebody approves ${plan}:\n\n${command}`;
}

/** The order of the rows: failed stacks first, unchanged ones last. */
const order: readonly SafeStack["status"][] = [
  "failed",
  "planned",
  "provisional",
  "not-applied",
  "waiting",
  "applied",
  "unchanged",
];

/** One row per stack: counts, what is special about it, and the hash of its configuration. */
function stackTable(stacks: readonly SafeStack[], unchangedRows: boolean): string {
  const shown = unchangedRows ? stacks : stacks.filter(({ status }) => status !== "unchanged");
  // After an apply there are often no plans, and nothing to count.
  const counted = stacks.some(({ plan }) => plan !== undefined);
  const columns = counted ? ["Add", "Change", "Replace", "Destroy"] : [];
  const sorted = order.flatMap((status) => shown.filter((stack) => stack.status === status));
  const rows = sorted.map((stack) => [
    markdown.code(stack.name),
    ...(counted ? numbers(stack) : []),
    note(stack),
    stack.hash === "" ? "" : markdown.code(stack.hash.slice(0, 8)),
  ]);
  const left = stacks.length - shown.length;
  if (left > 0) rows.push([`${left} more`, ...columns.map(() => ""), "unchanged", ""]);
  const align = ["---", ...columns.map(() => "--:"), "---", "---"];
  return markdown.table(["Stack", ...columns, "", "Config"], align, rows).trimEnd();
}

function numbers(stack: SafeStack): string[] {
  const { create, update, replace, delete: destroy } = countChanges([stack]);
  const number = (count: number) => (count > 0 ? String(count) : "");
  const strong = (count: number) => (count > 0 ? `**${count}**` : "");
  return [number(create), number(update), strong(replace), strong(destroy)];
}

function note(stack: SafeStack): string {
  const upstream = stack.upstreamChanged.map(markdown.code).join(", ");
  switch (stack.status) {
    case "failed":
      return "**failed**";
    case "unchanged":
    case "applied":
      return stack.status;
    case "not-applied":
      return "**not applied**";
    case "waiting": {
      const size = stack.resources === undefined ? "" : ` (${stack.resources} resources)`;
      return `planned after ${upstream || "the stack it reads"} is applied${size}`;
    }
    default: {
      const provisional = `provisional: reads ${upstream || "a stack"}, which changes here`;
      const parts = [stack.status === "provisional" ? provisional : "", emptiness(stack), ...others(stack)];
      return parts.filter((part) => part !== "").join("; ");
    }
  }
}

function emptiness({ plan }: SafeStack): string {
  if (plan === undefined || plan.changes.length + (plan.runs ?? []).length + (plan.unknownSections ?? []).length > 0) {
    return "";
  }
  return plan.outputs.length > 0 ? "only outputs" : "no changes";
}

function others(stack: SafeStack): string[] {
  const { unknown, run } = countChanges([stack]);
  const checks = stack.plan?.checks?.length ?? 0;
  return [
    unknown > 0 ? `**${unknown} not understood**` : "",
    run > 0 ? `${run} ${run === 1 ? "action" : "actions"} to run` : "",
    checks > 0 ? `${checks} ${checks === 1 ? "check does" : "checks do"} not pass` : "",
    (stack.plan?.drift.length ?? 0) > 0 ? "changed outside" : "",
  ];
}
