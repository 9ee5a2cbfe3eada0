import type { Service, ServiceDeployment } from "@aws-sdk/client-ecs";

/** ECS's default threshold: half of the wanted count, from 3 to 200. */
function defaultThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

/**
 * `3 of 3 failures`: the circuit breaker's count and threshold; `4 failures, threshold 3` where tasks that were already starting failed
 * too; empty when the service has no breaker.
 */
export function breaker(service: Service, deploymentId: string, record: ServiceDeployment | undefined): string {
  const counted = record?.deploymentCircuitBreaker;
  if (counted?.failureCount !== undefined && counted.threshold) {
    const { failureCount, threshold } = counted;
    return failureCount > threshold
      ? `${failureCount} failures, threshold ${threshold}`
      : `${failureCount} of ${threshold} failures`;
  }
  const own = service.deployments?.find(({ id }) => id === deploymentId);
  const settings = service.deploymentConfiguration?.deploymentCircuitBreaker;
  if (!settings?.enable || own?.failedTasks === undefined) return "";
  const hasOwnThreshold = "thresholdConfiguration" in settings && settings.thresholdConfiguration !== undefined;
  const threshold = hasOwnThreshold ? "" : ` of ${defaultThreshold(own.desiredCount ?? 0)}`;
  return `${own.failedTasks}${threshold} failures`;
}
