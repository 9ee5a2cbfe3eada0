import type { Evidence } from "./failure-evidence.ts";
import { markdown } from "./markdown.ts";

/** The "Why" part of a job summary. */
export function evidenceSection(evidence: Evidence | undefined): string {
  if (!evidence) return "";
  const { groups, missing } = evidence;
  if (missing !== "") return `### Why\n\n${missing}.\n`;
  if (groups.length === 0)
    return "### Why\n\nNo task of this deployment stopped: its tasks did not start, or are not healthy yet. The events in the log tell more.\n";
  const rows = groups.map(({ count, container, exitCode, stopCode, reason }) => [
    String(count),
    container && markdown.code(container),
    exitCode || "–",
    stopCode,
    markdown.cell(reason),
  ]);
  const table = markdown.table(
    ["Tasks", "Container", "Exit", "Stopped by", "Reason"],
    ["--:", "---", "--:", "---", "---"],
    rows,
  );
  const logs = groups.map(({ container, lines, missing: none, example }) => {
    const task = (example.taskArn ?? "").split("/").at(-1);
    return none
      ? `_${markdown.cell(none)}_\n`
      : markdown.details(`Last log lines of <code>${container}</code>, task ${task}`, lines.join("\n"));
  });
  return `### Why\n\n${table}\n${logs.join("\n")}`;
}
