import type { Log } from "@slipway/core";
import type { SafeReport } from "./safe-report.ts";

/** Why stacks could not be planned, line by line; a line of its own could be taken for a command to the runner. */
export function logErrors({ stacks }: SafeReport, log: Log): void {
  for (const { name, error } of stacks) {
    if (error !== undefined) log.info(`${name} could not be planned:\n${error}`.replaceAll("\n", "\n  | "));
  }
}
