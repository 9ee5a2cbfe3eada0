import type { ActionResult } from "@slipway/core";
import type { DeploymentOutcome } from "@slipway/ecs-deploy/await-deployment";
import { consoleUrl } from "@slipway/ecs-deploy/service";
import { refusedDigests } from "./refused-digests.ts";
import type { Rollback } from "./rollback.ts";
import { type RollbackReport, rollbackSummary } from "./summary.ts";

interface ResultDetails extends Partial<Pick<RollbackReport, "evidence" | "next">> {
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
    refused: mode === "update-service" || mode === "stop-deployment" ? refusedDigests(rollback) : [],
    count: `${seen.runningCount ?? 0} of ${seen.desiredCount ?? 0} running`,
    milliseconds: outcome?.milliseconds,
    evidence: details.evidence ?? "",
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
