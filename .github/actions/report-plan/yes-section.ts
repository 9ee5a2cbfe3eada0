import { approveCommand } from "../lib/approve-command.ts";
import { markdown } from "../lib/markdown.ts";
import type { SafeReport } from "../lib/report/safe-report.ts";

/** Which plan this is, and what applies it; empty where no plan was stored. */
export function yesSection({ environment, planId, expires, pr, outcome }: SafeReport): string {
  if (planId === undefined) return "";
  const until = expires === undefined ? "" : ` (expires ${expires.slice(0, 16).replace("T", " ")} UTC)`;
  const plan = `plan \`sha256:${planId.slice(0, 12)}…\`${until}`;
  if (pr !== undefined && outcome === undefined) return `Merging applies exactly this: ${plan}.`;
  // The sentence above ends with the command.
  if (outcome?.next?.includes(planId) === true) return `New ${plan}.`;
  const command = markdown.fenced("sh", approveCommand(environment, planId));
  return `Nothing is applied until somebody says yes to ${plan}:\n\n${command}`;
}
