import type { PartRecord } from "./run-parts.ts";

export interface WholeRun {
  readonly seconds: number;
  /** How many parts there are, whether they ran or not. */
  readonly parts: number;
}

/** The ten slowest parts or files, the failed parts, the number of parts that ran, and the totals on the last line. */
export function closingReport(records: readonly PartRecord[], { seconds, parts }: WholeRun): string {
  const pieces = records.flatMap(({ title, seconds: whole, pieces: inner }) => inner ?? [{ title, seconds: whole }]);
  const slowest = [...pieces].sort((a, b) => b.seconds - a.seconds).slice(0, 10);
  const failed = records.filter((record) => record.failed > 0);
  const sum = (key: "passed" | "failed") => records.reduce((total, record) => total + record[key], 0);
  const time = seconds < 100 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} minutes`;
  return [
    "",
    "Slowest:",
    ...slowest.map((piece) => `${piece.seconds.toFixed(1).padStart(7)} s  ${piece.title}`),
    ...(failed.length > 0 ? ["", `Failed: ${failed.map(({ name }) => name).join(", ")}`] : []),
    "",
    `${records.length} of ${parts} parts in ${time}`,
    `${sum("passed")} passed, ${sum("failed")} failed`,
  ].join("\n");
}
