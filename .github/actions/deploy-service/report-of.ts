import { duration, markdown } from "@slipway/core";
import { consoleUrl } from "@slipway/ecs-deploy/service";
import type { Deployment } from "./deployment.ts";
import type { DeployReport } from "./summary.ts";

export type ReportDetails = Pick<DeployReport, "state" | "currentRevision" | "count" | "next"> &
  Partial<Pick<DeployReport, "breaker" | "milliseconds" | "evidence" | "migration">>;

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
    evidence: "",
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
