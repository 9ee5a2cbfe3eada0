import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure } from "@slipway/core";
import type { SafeReport } from "./safe-report.ts";

export interface WantedReport {
  readonly kinds: readonly SafeReport["kind"][];
  readonly environment: string;
  /** Commit that is posted about: the report may not choose it. */
  readonly head: string;
  /** Pull request that is posted to; undefined where there is none. */
  readonly pr: number | undefined;
}

const largest = 32 * 1024 * 1024;
const remedy = "let report-plan, report-drift or apply-plan write it";

/**
 * Reads a report that another job wrote, and refuses what is none, or is of another kind, environment, commit or pull request than asked for.
 * `given` is the file, or the folder that an artifact with only this file was unpacked to.
 */
export async function readReport(given: string, wanted: WantedReport): Promise<SafeReport> {
  const { reportSchema } = await import("./report-schema.ts");
  const path = await fileOf(given);
  const checked = reportSchema.safeParse(await readJson(path));
  if (!checked.success) {
    // Only where it is: what stands there may be anything.
    const places = checked.error.issues.slice(0, 3).map((issue) => issue.path.join(".") || "it");
    throw invalid(`Report (${path}) must have the form of one; wrong is ${places.join(", ")}`);
  }
  const report = checked.data;
  checkSubject(path, report, wanted);
  const names = report.stacks.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalid(`Report (${path}) must name each stack once`);
  return report;
}

/** What the report is about is said by the event and the workflow: it may come from a pull request's code. */
function checkSubject(path: string, report: SafeReport, { kinds, environment, head, pr }: WantedReport): void {
  if (!kinds.includes(report.kind)) {
    throw invalid(`Report (${path}) must be one of ${kinds.join(" or ")}, not of ${report.kind}`);
  }
  if (report.environment !== environment) {
    throw invalid(`Report (${path}) must be of \`${environment}\`, not of \`${report.environment}\``);
  }
  if (report.head !== head) throw invalid(`Report (${path}) must be of commit ${head}, not of ${report.head}`);
  if (report.pr !== undefined && report.pr !== pr) {
    const here = pr === undefined ? "no pull request" : `pull request #${pr}`;
    throw invalid(`Report (${path}) must be of ${here}, not of #${report.pr}`);
  }
}

/** The one JSON file of a folder; a path that is no folder is the file. */
async function fileOf(path: string): Promise<string> {
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) return path;
  const [name, ...others] = names.filter((each) => each.endsWith(".json"));
  if (name === undefined) throw missing(path);
  if (others.length > 0) throw invalid(`Report (${path}) must be a folder with one JSON file`);
  return join(path, name);
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    if ((await stat(path)).size > largest) throw invalid(`Report (${path}) must be smaller than 32 MiB`);
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof ActionFailure) throw error;
    throw missing(path, error);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the file.
    throw invalid(`Report (${path}) must be JSON`);
  }
}

function missing(path: string, cause?: unknown): ActionFailure {
  const what = `Report (${path}) must be there: the job that makes it ended before it had one`;
  return new ActionFailure("report-missing", what, "see the log of that job, and hand over its output `report`", {
    cause,
  });
}

function invalid(what: string): ActionFailure {
  return new ActionFailure("report-invalid", what, remedy);
}
