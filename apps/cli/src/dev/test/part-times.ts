import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Part, PartRecord } from "./run-parts.ts";

/** Seconds by name of part. */
export type PartTimes = Readonly<Record<string, number>>;

/** Duration of each part's last complete run. */
export function readTimes(path: string): PartTimes {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as PartTimes;
  } catch {
    // A missing or broken file is ignored, because the times are only displayed.
    return {};
  }
}

export function saveTime(path: string, { name, seconds }: Pick<PartRecord, "name" | "seconds">): void {
  const times = { ...readTimes(path), [name]: Number(seconds.toFixed(1)) };
  mkdirSync(dirname(path), { recursive: true });
  // Renamed into place, because `npm test -- --list` may read the file at the same time.
  writeFileSync(`${path}.new`, `${JSON.stringify(times, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** A line for each part: its name, last duration and description. */
export function listParts(parts: readonly Pick<Part, "name" | "title">[], times: PartTimes): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  const time = (seconds: number | undefined) => (seconds === undefined ? "never" : `${seconds.toFixed(1)} s`);
  return parts.map(({ name, title }) => `${name.padEnd(width)}  ${time(times[name]).padStart(9)}  ${title}`).join("\n");
}
