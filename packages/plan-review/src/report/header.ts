import { markdown } from "@slipway/core";
import { riskOf } from "../plan/risk.ts";
import { outcomeSection } from "./outcome-section.ts";
import { type Counts, countChanges } from "./report-counts.ts";
import type { SafeChange, SafeReport, SafeStack } from "./safe-report.ts";
import { stackTable } from "./stack-table.ts";
import { yesSection } from "./yes-section.ts";

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
    ...failed.map((stack) => failure(stack, limits.error)),
    losses(report.stacks),
    stackTable(report.stacks, limits.unchangedRows),
    yesSection(report),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function title({ environment, stacks }: SafeReport, failed: number): string {
  const counts = countChanges(stacks);
  const outside = stacks.some(({ plan }) => (plan?.drift.length ?? 0) > 0);
  const outputs = stacks.some(({ plan }) => (plan?.outputs.length ?? 0) > 0);
  const later = stacks.filter(({ status }) => status === "waiting").length;
  const planned = Object.values(counts).some((count) => count > 0);
  const otherwise = outputs ? "only outputs change" : failed > 0 ? "nothing else changes" : "no changes";
  const words = planned ? verbs.flatMap((verb) => told(counts, verb)) : later > 0 ? [] : [otherwise];
  if (failed > 0) words.unshift(`**${failed} ${failed === 1 ? "stack" : "stacks"} failed**`);
  if (later > 0) words.push(`${later} ${later === 1 ? "stack" : "stacks"} later`);
  if (outside && !planned) words.push("something changed outside");
  return `## Plan for ${markdown.code(environment)}: ${words.join(", ")}`;
}

const verbs = ["create", "update", "replace", "delete", "import", "move", "forget"] as const;
const infinitives: Partial<Record<keyof Counts, string>> = { create: "add", update: "change", delete: "destroy" };

function told(counts: Counts, action: keyof Counts): string[] {
  const count = counts[action];
  const text = `${count} to ${infinitives[action] ?? action}`;
  return count === 0 ? [] : [action === "replace" || action === "delete" ? `**${text}**` : text];
}

function failure({ name, error = "" }: SafeStack, limit: number): string {
  const text = error.trim() === "" ? "The engine gave no reason." : error.trim();
  const cut = text.length <= limit ? text : `${text.slice(0, limit)}\n… (${text.length} characters)`;
  return `> [!CAUTION]\n> Stack ${markdown.code(name)} could not be planned.\n\n${markdown.fenced("text", cut)}`;
}

function losses(stacks: readonly SafeStack[]): string {
  const changes = stacks.flatMap(({ name, plan }) =>
    (plan?.changes ?? []).filter((change) => riskOf(change) === "data-loss").map((change) => ({ ...change, name })),
  );
  if (changes.length === 0) return "";
  const lines = changes.slice(0, listed).map((change) => {
    const path = change.constructPath === undefined ? "" : `${markdown.word(change.constructPath)}, `;
    const where = `${path}stack ${markdown.code(change.name)}`;
    const verb = change.action === "replace" ? "replaced" : "destroyed";
    return `> - ${markdown.code(change.address)} (${where}) will be **${verb}**${because(change)}`;
  });
  if (changes.length > listed) lines.push(`> - … and ${changes.length - listed} more`);
  return ["> [!CAUTION]", "> Data, an address or a key is lost:", ...lines].join("\n");
}

const reasons: { readonly [reason: string]: string } = {
  replace_because_tainted: "an earlier apply left it half made",
  replace_by_request: "asked for by name",
  replace_by_triggers: "something in `replace_triggered_by` changes",
  delete_because_no_resource_config: "no longer in the code",
  delete_because_no_module: "its module is no longer in the code",
  delete_because_wrong_repetition: "`count` or `for_each` changed",
  delete_because_count_index: "`count` is smaller",
  delete_because_each_key: "its key is no longer in `for_each`",
};

function because({ forcedBy, reason = "" }: SafeChange): string {
  if (forcedBy.length > 0)
    return `: ${forcedBy.map(markdown.code).join(", ")} ${forcedBy.length > 1 ? "force" : "forces"} it.`;
  return Object.hasOwn(reasons, reason) ? `: ${reasons[reason]}.` : ".";
}
