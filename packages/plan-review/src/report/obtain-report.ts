import { ActionFailure } from "@slipway/core";
import { readReport } from "./report-file.ts";
import type { SafeReport } from "./safe-report.ts";
import { writeReport } from "./write-report.ts";

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
