import { markdown } from "@slipway/core";
import type { Evidence } from "./diagnostics.ts";

/** More events than these make a summary longer, not clearer. */
const eventCount = 30;

/** The "Why" part of a job summary. */
export function evidenceSection(evidence: Evidence | undefined, events: readonly string[]): string {
  if (!evidence) return "";
  const history = events.length > 0 ? markdown.details("Service events", events.slice(-eventCount).join("\n")) : "";
  return `### Why\n\n${stopped(evidence)}\n${history}`;
}

function stopped({ groups, missing }: Evidence): string {
  if (missing !== "") return `${missing}.\n`;
  if (groups.length === 0)
    return "No task of this deployment stopped: its tasks did not start, or are not healthy yet.\n";
  const rows = groups.map(({ count, container, exitCode, stopCode, reason }) => [
    String(count),
    container && markdown.code(container),
    exitCode || "–",
    stopCode,
    markdown.cell(reason),
  ]);
  const head = ["Tasks", "Container", "Exit", "Stopped by", "Reason"];
  const table = markdown.table(head, ["--:", "---", "--:", "---", "---"], rows);
  const logs = groups.map(({ container, lines, missing: none, example }) => {
    const task = (example.taskArn ?? "").split("/").at(-1);
    if (none) return `_${markdown.cell(none)}_\n`;
    return markdown.details(`Last log lines of <code>${container}</code>, task ${task}`, lines.join("\n"));
  });
  return [table, ...logs].join("\n");
}
