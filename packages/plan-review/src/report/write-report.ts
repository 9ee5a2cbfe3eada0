import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SafeReport } from "./safe-report.ts";

/** Writes the report that another job posts; returns its path. */
export async function writeReport(report: SafeReport, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${report.environment}-${report.kind}.json`);
  await writeFile(path, `${JSON.stringify(report)}\n`);
  return path;
}
