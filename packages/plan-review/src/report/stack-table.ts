import { markdown } from "@slipway/core";
import { countChanges } from "./report-counts.ts";
import type { SafeStack } from "./safe-report.ts";

/** What needs a look first, what is as it was last. */
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
export function stackTable(stacks: readonly SafeStack[], unchangedRows: boolean): string {
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
      const parts = [stack.status === "provisional" ? provisional : "", emptiness(stack), outside(stack)];
      return parts.filter((part) => part !== "").join("; ");
    }
  }
}

function emptiness({ plan }: SafeStack): string {
  if (plan === undefined || plan.changes.length > 0) return "";
  return plan.outputs.length > 0 ? "only outputs" : "no changes";
}

function outside({ plan }: SafeStack): string {
  return (plan?.drift.length ?? 0) > 0 ? "changed outside" : "";
}
