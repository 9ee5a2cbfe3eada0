import { duration, type FailureReason } from "@slipway/core";
import type { DeploymentOutcome } from "./await-deployment.ts";
import { type Diagnostics, describeDiagnostics } from "./diagnostics.ts";
import { primaryDeployment } from "./service.ts";
import { revisionName } from "./task-definition.ts";

export interface FailedDeployment {
  readonly outcome: DeploymentOutcome;
  /** Undefined when it was not looked for. */
  readonly diagnostics: Diagnostics | undefined;
  /** `family:revision` of what was deployed. */
  readonly revision: string;
  readonly previousRevision: string;
  readonly service: string;
  readonly isFirst: boolean;
  readonly consoleUrl: string;
}

export interface OutcomeFailure {
  readonly reason: FailureReason;
  /** For the heading of the summary: `rolled back by ECS`. */
  readonly title: string;
  readonly what: string;
  readonly next: string;
}

/** What a deployment that did not succeed means: reason, sentence and next step. */
export function outcomeFailure(failed: FailedDeployment): OutcomeFailure {
  const { outcome, revision, service, previousRevision, isFirst } = failed;
  if (isFirst && (outcome.state === "rolled-back" || outcome.state === "rolling-back" || outcome.state === "failed")) {
    return {
      reason: "first-deployment-failed",
      title: "first deployment failed",
      what: `First deployment of ${service} (${revision}) failed: ${causes(failed)}. Nothing ran before, so there is nothing to roll back to: the count is back at 0`,
      next: "fix the cause, then push and deploy again",
    };
  }
  const lookAt = `look at ${failed.consoleUrl}`;
  const rollbackHint = previousRevision ? `, or go back with rollback-service \`to: ${previousRevision}\`` : "";
  switch (outcome.state) {
    case "rolled-back":
      return {
        reason: "deployment-rolled-back",
        title: "rolled back by ECS",
        what: `Deployment of ${revision} rolled back by ECS: ${causes(failed)}. Running: ${running(outcome)}`,
        next: `fix the cause and push again; nothing is to be rolled back`,
      };
    case "superseded":
      return {
        reason: "deployment-superseded",
        title: "replaced by another deployment",
        what: `Deployment of ${revision} was replaced by another one before it was complete. Now: ${running(outcome)}`,
        next: "see who deployed it; deploy again if yours is the one wanted",
      };
    case "stopped":
      return {
        reason: "deployment-stopped",
        title: "stopped",
        what: `Deployment of ${revision} was stopped${outcome.reason && ` (${outcome.reason})`}. Now: ${running(outcome)}`,
        next: "see who stopped it, then deploy again",
      };
    case "timed-out":
      return {
        reason: "timed-out",
        title: "timed out",
        what: `Deployment of ${revision} is still ${outcome.status} after ${duration(outcome.milliseconds)}: ${causes(failed)}. Now: ${running(outcome)}`,
        next: `it goes on in AWS: ${lookAt}, run again to watch it on${rollbackHint}`,
      };
    case "interrupted":
      return {
        reason: "interrupted",
        title: "interrupted",
        what: `Interrupted while waiting for the deployment of ${revision}, which is ${outcome.status}. Now: ${running(outcome)}`,
        next: `it goes on in AWS: ${lookAt}, run again to watch it on${rollbackHint}`,
      };
    default:
      return {
        reason: "deployment-failed",
        title: "failed",
        what: `Deployment of ${revision} failed (${outcome.status}): ${causes(failed)}. Now: ${running(outcome)}`,
        next: `fix the cause and deploy again${rollbackHint}`,
      };
  }
}

/** `circuit breaker 3 of 3 failures. 3 tasks: …` */
function causes({ outcome, diagnostics }: FailedDeployment): string {
  const parts = [
    outcome.breaker && `circuit breaker ${outcome.breaker}`,
    diagnostics && describeDiagnostics(diagnostics),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(". ") : outcome.reason.replace(/\.$/, "") || "AWS gives no reason";
}

/** `web:41 with 0 of 2 tasks, web:40 with 2 of 2 tasks`: what the service is at, and what else still runs. */
function running({ seen }: DeploymentOutcome): string {
  const primary = primaryDeployment(seen);
  const others = seen.deployments?.filter((each) => each !== primary && (each.runningCount ?? 0) > 0) ?? [];
  const all = primary ? [primary, ...others] : others;
  const parts = all.map(
    ({ taskDefinition, runningCount = 0, desiredCount = 0 }) =>
      `${revisionName(taskDefinition)} with ${runningCount} of ${desiredCount} tasks`,
  );
  return parts.join(", ") || "nothing";
}
