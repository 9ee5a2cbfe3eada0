import { markdown } from "@slipway/core";
import { approveCommand } from "../approve-command.ts";
import { reportOutputs } from "./report-outputs.ts";
import type { SafeReport } from "./safe-report.ts";

/** Which plan this is, and what applies it; empty where no plan was stored or nothing would change. */
export function yesSection(report: SafeReport): string {
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
  return `Nothing is applied until somebody says yes to ${plan}:\n\n${command}`;
}
