import type { Service } from "@aws-sdk/client-ecs";
import { primaryDeployment } from "./primary-deployment.ts";

/** Whether the service runs its primary deployment at its count, and that deployment is complete. */
export function isSettled(service: Service): boolean {
  const primary = primaryDeployment(service);
  const complete = (primary?.rolloutState ?? "COMPLETED") === "COMPLETED";
  return complete && service.runningCount === service.desiredCount && (service.pendingCount ?? 0) === 0;
}
