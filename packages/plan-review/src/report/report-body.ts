import { manifestLine } from "../manifest/manifest-line.ts";
import { renderReport } from "./render-report.ts";
import type { SafeReport } from "./safe-report.ts";

/** Under GitHub's 65,536, which also counts the hidden lines. */
const limit = 64_500;

/** What stands below the marker in a comment or issue. */
export function reportBody(report: SafeReport): string {
  const { environment, head, planId } = report;
  const hidden = planId === undefined ? "" : `${manifestLine.write({ environment, head, plan: planId })}\n`;
  return hidden + renderReport(report, { limit, measure: (text) => text.length });
}
