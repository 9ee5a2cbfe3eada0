import type { Deployment, Service, ServiceDeployment } from "@aws-sdk/client-ecs";
import { primaryDeployment } from "./service.ts";

export interface Observation {
  /** `ecs-svc/…` */
  readonly deploymentId: string;
  readonly taskDefinition: string;
  readonly previousTaskDefinition: string;
  readonly service: Service;
  /** What the service-deployment API says, where it answers. */
  readonly record: ServiceDeployment | undefined;
  /** False until DescribeServices has listed the deployment: reads may lag behind the update. */
  readonly wasSeen: boolean;
  /** Set when only the count of a completed deployment was changed. */
  readonly wantedCount: number | undefined;
}

export interface DeploymentState {
  readonly state: "waiting" | "rolling-back" | "successful" | "rolled-back" | "failed" | "stopped" | "superseded";
  /** AWS's word for it, in the terms of the service-deployment API. */
  readonly status: string;
  /** AWS's reason, as it is. */
  readonly reason: string;
}

/** The state of one deployment, from one reading of AWS. */
export function evaluateDeployment(observation: Observation): DeploymentState {
  return observation.record ? evaluateRecord(observation, observation.record) : evaluateService(observation);
}

function evaluateRecord(
  { deploymentId, taskDefinition, service }: Observation,
  record: ServiceDeployment,
): DeploymentState {
  const status = record.status ?? "PENDING";
  const reason = record.statusReason ?? record.rollback?.reason ?? "";
  const primary = primaryDeployment(service);
  switch (status) {
    case "SUCCESSFUL":
      // The deployment only counts as successful if the service is at its revision.
      return { state: primary?.taskDefinition === taskDefinition ? "successful" : "superseded", status, reason };
    case "ROLLBACK_SUCCESSFUL":
      return { state: "rolled-back", status, reason };
    case "ROLLBACK_FAILED":
      return { state: "failed", status, reason };
    case "ROLLBACK_REQUESTED":
    case "ROLLBACK_IN_PROGRESS":
      return { state: "rolling-back", status, reason };
    case "STOPPED": {
      if (record.deploymentCircuitBreaker?.status === "TRIGGERED") return { state: "failed", status, reason };
      return { state: primary && primary.id !== deploymentId ? "superseded" : "stopped", status, reason };
    }
    default:
      return { state: "waiting", status, reason };
  }
}

function evaluateService(observation: Observation): DeploymentState {
  const { deploymentId, taskDefinition, previousTaskDefinition, service } = observation;
  const own = service.deployments?.find(({ id }) => id === deploymentId);
  const primary = primaryDeployment(service);
  const reason = own?.rolloutStateReason || primary?.rolloutStateReason || "";
  if (own && own === primary) return evaluateOwn(own, observation, reason);
  if (!primary || (!own && !observation.wasSeen)) return { state: "waiting", status: "PENDING", reason };
  const isRollback = primary.taskDefinition === previousTaskDefinition && previousTaskDefinition !== taskDefinition;
  if (own?.rolloutState !== "FAILED" && !isRollback) return { state: "superseded", status: "STOPPED", reason };
  if (primary.rolloutState === "FAILED") return { state: "failed", status: "ROLLBACK_FAILED", reason };
  const isBack = (primary.rolloutState ?? "COMPLETED") === "COMPLETED" && primary.runningCount === primary.desiredCount;
  return isBack
    ? { state: "rolled-back", status: "ROLLBACK_SUCCESSFUL", reason }
    : { state: "rolling-back", status: "ROLLBACK_IN_PROGRESS", reason };
}

function evaluateOwn(own: Deployment, { service, wantedCount }: Observation, reason: string): DeploymentState {
  const isFull = own.runningCount === (wantedCount ?? own.desiredCount);
  const waiting: DeploymentState = { state: "waiting", status: "IN_PROGRESS", reason };
  switch (own.rolloutState) {
    case "FAILED":
      return { state: "failed", status: "FAILED", reason };
    case "COMPLETED":
      return isFull ? { state: "successful", status: "SUCCESSFUL", reason } : waiting;
    case undefined:
      return service.deployments?.length === 1 && isFull
        ? { state: "successful", status: "SUCCESSFUL", reason }
        : waiting;
    default:
      return waiting;
  }
}
