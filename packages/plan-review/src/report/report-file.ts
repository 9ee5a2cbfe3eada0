import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure } from "@slipway/core";
import type { SafeReport } from "./report-schema.ts";

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
    const paths = checked.error.issues.slice(0, 3).map((issue) => issue.path.join(".") || "it");
    throw invalid(`Report (${path}) must have the form of one; wrong is ${paths.join(", ")}`);
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

/** Writes the report that another job posts; returns its path. */
export async function writeReport(report: SafeReport, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${report.environment}-${report.kind}.json`);
  await writeFile(path, `${JSON.stringify(report)}\n`);
  return path;
}

export interface ReportRequest {
  /** Folder of synthesized stacks; empty when a report is handed over. */
  readonly stacksDir: string;
  /** File of another job's report; empty when this one plans. */
  readonly report: string;
  readonly environment: string;
  readonly kinds: readonly SafeReport["kind"][];
  /** Commit that the report is of. */
  readonly head: string;
  /** Pull request that the report is of; undefined where there is none. */
  readonly pr: number | undefined;
  /** Folder that a report is written to. */
  readonly folder: string;
  /** Address of this run. */
  readonly runUrl: string | undefined;
}

export interface ObtainedReport {
  readonly report: SafeReport;
  readonly path: string;
  /** True when another job planned: it has shown the report in its summary and failed if a stack did. */
  readonly handedOver: boolean;
}

/** The report that is to be posted: another job's, checked, or made here by `plan` and written for other jobs. */
export async function obtainReport(request: ReportRequest, plan: () => Promise<SafeReport>): Promise<ObtainedReport> {
  const { stacksDir, report: path, folder, runUrl } = request;
  if ((stacksDir === "") === (path === "")) {
    const what = `Exactly one of the inputs \`stacks-dir\` (${stacksDir}) and \`report\` (${path}) must be set`;
    throw new ActionFailure(
      "input-invalid",
      what,
      "set `stacks-dir` to plan, `report` to post what another job planned",
    );
  }
  if (path !== "") {
    const report = await readReport(path, request);
    return { report: { ...report, runUrl: ownRun(report.runUrl, runUrl) }, path, handedOver: true };
  }
  const report = await plan();
  return { report, path: await writeReport(report, folder), handedOver: false };
}

/** A report links to a run of this repository or, if it names any other place, to the run that posts it. */
function ownRun(named: string | undefined, here: string | undefined): string | undefined {
  const runs = here?.replace(/\d+$/, "");
  return runs !== undefined && named?.startsWith(runs) && /^\d+$/.test(named.slice(runs.length)) ? named : here;
}
