import type { PartRecord } from "./run-parts.ts";

/** The ten slowest pieces, what failed, and the totals alone on the last line. */
export function closingReport(records: readonly PartRecord[], seconds: number): string {
  const pieces = records.flatMap(({ title, seconds: whole, pieces: inner }) => inner ?? [{ title, seconds: whole }]);
  const slowest = [...pieces].sort((a, b) => b.seconds - a.seconds).slice(0, 10);
  const failed = records.filter((record) => record.failed > 0);
  const sum = (key: "passed" | "failed") => records.reduce((total, record) => total + record[key], 0);
  return [
    "",
    `Slowest of ${(seconds / 60).toFixed(1)} minutes:`,
    ...slowest.map((piece) => `${piece.seconds.toFixed(1).padStart(7)} s  ${piece.title}`),
    ...(failed.length > 0 ? ["", `Failed: ${failed.map(({ title }) => title).join(", ")}`] : []),
    "",
    `${sum("passed")} passed, ${sum("failed")} failed`,
  ].join("\n");
}
