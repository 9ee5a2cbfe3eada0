import { duration, markdown } from "@slipway/core";

export interface RollbackReport {
  readonly cluster: string;
  readonly service: string;
  readonly state: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly images: readonly string[];
  readonly refused: readonly string[];
  readonly count: string;
  readonly milliseconds: number | undefined;
  /** Markdown: the "Why" part of a rollback that failed. */
  readonly evidence: string;
  readonly next: string;
  readonly consoleUrl: string;
}

/** The job summary of a rollback. */
export function rollbackSummary(report: RollbackReport): string {
  const facts = markdown.facts([
    ["Revision", report.from === report.to ? `**${report.to}**` : `${report.from} → **${report.to}**`],
    ["Image", report.images.map(markdown.code).join("<br>")],
    ["Reason", markdown.cell(report.reason)],
    ["Tasks", report.count],
    ["Took", report.milliseconds === undefined ? "" : duration(report.milliseconds)],
    ["Refused from now on", report.refused.map(markdown.code).join("<br>")],
  ]);
  const migrations =
    report.from === report.to
      ? ""
      : "> [!WARNING]\n> Database migrations are not undone. Check that the older code works with the present schema.\n";
  const parts = [
    `## ECS \`${report.cluster}/${report.service}\`: ${report.state}\n`,
    facts,
    migrations,
    report.evidence,
    report.next && `**Next:** ${report.next}.\n`,
    `[Deployments in the AWS console](${report.consoleUrl})\n`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}
