import type { StepRecord } from "./reporter.ts";

/** The table at the end of a run, as Markdown. */
export function closingTable(records: readonly StepRecord[]): string {
  const rows = records.map(
    ({ title, seconds, result }) => `| ${title} | ${seconds.toFixed(1)} s | ${result.replaceAll("|", "\\|")} |`,
  );
  const total = records.reduce((sum, { seconds }) => sum + seconds, 0);
  return ["| Step | Time | Result |", "|---|--:|---|", ...rows, `| Total | ${total.toFixed(1)} s | |`].join("\n");
}
