import type { Service } from "@aws-sdk/client-ecs";
import { duration, markdown } from "@slipway/core";
import { consoleUrl } from "@slipway/ecs-deploy/service";
import type { DescribedTaskDefinition } from "@slipway/ecs-deploy/task-definition";
import type { ChangedField } from "./changed-fields.ts";
import type { Deployment } from "./deployment.ts";

interface DeployReport {
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
  readonly diagnostics: string;
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
    `## ECS ${markdown.code(`${report.cluster}/${report.service}`)}: ${report.state}\n`,
    facts,
    report.diagnostics,
    report.next && `**Next:** ${markdown.prose(report.next)}.\n`,
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

export type ReportDetails = Pick<DeployReport, "state" | "currentRevision" | "count" | "next"> &
  Partial<Pick<DeployReport, "breaker" | "milliseconds" | "diagnostics" | "migration">>;

/** The summary's content of a deployment; `details` say how it ended. */
export function reportOf(deployment: Deployment, revision: string, details: ReportDetails): DeployReport {
  const { input, service, previous, changes } = deployment;
  return {
    cluster: input.cluster,
    service: input.service,
    revision,
    previousRevision: previous.name,
    images: input.images.map(({ imageUri }) => imageUri),
    migration: migrationText(deployment),
    breaker: "",
    milliseconds: undefined,
    diagnostics: "",
    changes,
    consoleUrl: consoleUrl(service.serviceArn ?? ""),
    ...details,
  };
}

function migrationText({ input, migrated }: Deployment): string {
  if (migrated === undefined) return "";
  const command = markdown.code((input.migrateCommand ?? []).join(" "));
  return `${command}: ${markdown.cell(migrated.end)}, ${duration(migrated.milliseconds)}`;
}

/** The outputs of a deployment; `details` say how it ended. */
export function outputsOf(
  { service, previous, migrated }: Deployment,
  revision: DescribedTaskDefinition | undefined,
  details: Record<string, string>,
): Record<string, string> {
  return {
    "task-definition-arn": revision?.arn ?? "",
    revision: revision?.name ?? "",
    "previous-task-definition-arn": previous.arn,
    "previous-revision": previous.name,
    "service-deployment-arn": "",
    "rolled-back": "false",
    "migration-task-arn": migrated?.taskArn ?? "",
    "console-url": consoleUrl(service.serviceArn ?? ""),
    ...details,
  };
}

/** `2 of 2 running`. */
export function runningTasks({ runningCount, desiredCount }: Service): string {
  return `${runningCount ?? 0} of ${desiredCount ?? 0} running`;
}
