import type { Service } from "@aws-sdk/client-ecs";
import { isSettled, primaryDeployment } from "@slipway/ecs-deploy/service";

/**
 * `none`: it runs already; `join`: it is being deployed already; `count`: only the number of tasks changes;
 * `deploy`: another revision; `retry`: the same revision again after its deployment failed.
 */
export type PlannedUpdate = "none" | "join" | "count" | "deploy" | "retry";

/** What has to be done so that the service runs the revision with the wanted count (undefined: as it is). */
export function plannedUpdate(
  service: Service,
  taskDefinition: string,
  wantedCount: number | undefined,
): PlannedUpdate {
  const primary = primaryDeployment(service);
  if (primary?.taskDefinition !== taskDefinition) return "deploy";
  if (primary.rolloutState === "FAILED") return "retry";
  if (wantedCount !== undefined && service.desiredCount !== wantedCount) return "count";
  return isSettled(service) ? "none" : "join";
}
