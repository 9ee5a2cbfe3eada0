import { duration, markdown } from "@slipway/core";
import type { ChangedField } from "./changed-fields.ts";

export interface DeployReport {
  readonly cluster: string;
  readonly service: string;
  /** `deployed`, `unchanged`, `rolled back by ECS` … */
  readonly state: string;
  /** `family:revision`; empty when none was registered. */
  readonly revision: string;
  readonly previousRevision: string;
  /** What the service is at now. */
  readonly currentRevision: string;
  readonly images: readonly string[];
  readonly count: string;
  readonly breaker: string;
  readonly milliseconds: number | undefined;
  /** Command and end of the migration; empty when there was none. */
  readonly migration: string;
  readonly changes: readonly ChangedField[];
  /** Markdown: the "Why" part. */
  readonly evidence: string;
  readonly next: string;
  readonly consoleUrl: string;
}

/** The job summary of a deployment. */
export function deploySummary(report: DeployReport): string {
  const took = report.milliseconds === undefined ? "" : duration(report.milliseconds);
  const facts = markdown.facts([
    ["Revision", revisions(report)],
    ["Image", report.images.map(markdown.code).join("<br>")],
    ["Migration", report.migration],
    ["Tasks", report.count],
    ["Breaker", report.breaker && `${report.breaker}${took && ` after ${took}`}`],
    ["Took", report.breaker ? "" : took],
  ]);
  const parts = [
    `## ECS \`${report.cluster}/${report.service}\`: ${report.state}\n`,
    facts,
    report.evidence,
    report.next && `**Next:** ${report.next}.\n`,
    changes(report.changes),
    report.consoleUrl && `[Deployments in the AWS console](${report.consoleUrl})\n`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** `web:40 → web:41 → **web:40**`; what runs now is bold. */
function revisions({ previousRevision, revision, currentRevision }: DeployReport): string {
  const way = [previousRevision, revision, currentRevision].filter((name) => name !== "");
  const steps = way.filter((name, index) => name !== way[index - 1]);
  return steps
    .map((name, index) => (index === steps.length - 1 && name === currentRevision ? `**${name}**` : name))
    .join(" → ");
}

function changes(fields: readonly ChangedField[]): string {
  if (fields.length === 0) return "";
  const rows = fields.map(({ field, before, after }) => [
    markdown.code(field),
    before ? markdown.code(before) : "",
    before ? markdown.code(after) : after,
  ]);
  const table = markdown.table(["Field", "Before", "After"], ["---", "---", "---"], rows);
  return `<details><summary>Changes to the task definition</summary>\n\n${table}\n</details>\n`;
}
