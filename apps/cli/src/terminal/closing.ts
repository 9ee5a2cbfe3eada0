import { Failure, safeText } from "@slipway/core";
import { Interrupted } from "./interruption.ts";
import type { StepRecord } from "./reporter.ts";

/** Summary table of a run's steps, as Markdown. */
export function summaryTable(records: readonly StepRecord[]): string {
  const rows = records.map(
    ({ title, seconds, result }) => `| ${title} | ${seconds.toFixed(1)} s | ${result.replaceAll("|", "\\|")} |`,
  );
  const total = records.reduce((sum, { seconds }) => sum + seconds, 0);
  return ["| Step | Time | Result |", "|---|--:|---|", ...rows, `| Total | ${total.toFixed(1)} s | |`].join("\n");
}

/** What a failed run ends with: 1, unless the failure has a code of its own that scripts tell apart. */
export function exitCodeOf(error: unknown): number {
  return error instanceof Interrupted || error instanceof Failure ? error.exitCode : 1;
}

/** The message for a failed run: what failed, why and what to do next. */
export function failureMessage(error: unknown, command: string, step: string | undefined): string {
  const where = step === undefined || step === "" ? "" : ` in “${step}”`;
  if (error instanceof Interrupted) {
    return `${command} was stopped${where} by ${error.signal}. Nothing is lost: run it again and it goes on from here; \`npm run down\` removes everything.`;
  }
  if (error instanceof Failure) {
    const log = error.logPath === undefined ? "" : `\n  Log: ${error.logPath}`;
    return `✖ ${command} failed${where}: ${safeText(error.message)}${log}`;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `✖ ${command} failed${where}, by a fault of its own:\n${safeText(text)}`;
}
