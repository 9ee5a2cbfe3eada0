import { type ActionResult, duration, markdown } from "@slipway/core";
import type { DeploymentOutcome } from "@slipway/ecs-deploy/await-deployment";
import { consoleUrl } from "@slipway/ecs-deploy/service";
import { rolledBackDigests, tagResource } from "@slipway/ecs-deploy/service-tags";
import { imageDigests } from "@slipway/ecs-deploy/task-definition";
import type { Rollback, RollbackTools } from "./rollback.ts";

interface RollbackReport {
  readonly cluster: string;
  readonly service: string;
  readonly state: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly images: readonly string[];
  readonly rejected: readonly string[];
  readonly count: string;
  readonly milliseconds: number | undefined;
  /** Markdown: the "Why" part of a rollback that failed. */
  readonly diagnostics: string;
  readonly next: string;
  readonly consoleUrl: string;
}

/** The job summary of a rollback. */
function rollbackSummary(report: RollbackReport): string {
  const facts = markdown.facts([
    ["Revision", report.from === report.to ? `**${report.to}**` : `${report.from} → **${report.to}**`],
    ["Image", report.images.map(markdown.code).join("<br>")],
    ["Reason", markdown.cell(report.reason)],
    ["Tasks", report.count],
    ["Took", report.milliseconds === undefined ? "" : duration(report.milliseconds)],
    ["Refused from now on", report.rejected.map(markdown.code).join("<br>")],
  ]);
  const migrations =
    report.from === report.to
      ? ""
      : "> [!WARNING]\n> Database migrations are not undone. Check that the older code works with the present schema.\n";
  const parts = [
    `## ECS ${markdown.code(`${report.cluster}/${report.service}`)}: ${report.state}\n`,
    facts,
    migrations,
    report.diagnostics,
    report.next && `**Next:** ${markdown.prose(report.next)}.\n`,
    `[Deployments in the AWS console](${report.consoleUrl})\n`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

interface ResultDetails extends Partial<Pick<RollbackReport, "diagnostics" | "next">> {
  readonly mode: "noop" | "dry-run" | "update-service" | "stop-deployment";
  readonly state: string;
  readonly status: string;
  readonly outcome?: DeploymentOutcome;
}

/** Outputs and job summary of a rollback. */
export function rollbackResult(rollback: Rollback, details: ResultDetails): ActionResult {
  const { input, service, from, target } = rollback;
  const { mode, state, status, outcome } = details;
  const seen = outcome?.seen ?? service;
  const summary = rollbackSummary({
    cluster: input.cluster,
    service: input.service,
    state,
    from: from.name,
    to: target.name,
    reason: input.reason,
    images: (target.definition.containerDefinitions ?? []).map(({ image }) => image ?? ""),
    rejected: mode === "update-service" || mode === "stop-deployment" ? rejectedDigests(rollback) : [],
    count: `${seen.runningCount ?? 0} of ${seen.desiredCount ?? 0} running`,
    milliseconds: outcome?.milliseconds,
    diagnostics: details.diagnostics ?? "",
    next: details.next ?? "",
    consoleUrl: consoleUrl(service.serviceArn ?? ""),
  });
  const outputs = {
    mode,
    "from-revision": from.name,
    "to-revision": target.name,
    "task-definition-arn": target.arn,
    "deployment-status": status,
  };
  return { outputs, summary };
}

/** Tags the service with the digests it was rolled back from, which deploy-service rejects, and removes those it was rolled back to. */
export async function tagRolledBackDigests(rollback: Rollback, { ecs, log }: RollbackTools): Promise<void> {
  const { service, target } = rollback;
  const targetDigests = imageDigests(target.definition);
  const cleared = rolledBackDigests.removing(service.tags, targetDigests);
  const added = rolledBackDigests.adding(cleared ? [cleared] : service.tags, rejectedDigests(rollback));
  const tag = added ?? cleared;
  if (tag) await tagResource(ecs, service.serviceArn ?? "", tag, log);
}

/** Digests that deploy-service rejects after the rollback: those of the images that it replaces. */
function rejectedDigests({ input, from, target }: Rollback): string[] {
  if (input.allowAgain) return [];
  const targetDigests = imageDigests(target.definition);
  return imageDigests(from.definition).filter((digest) => !targetDigests.includes(digest));
}
