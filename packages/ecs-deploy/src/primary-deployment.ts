import type { Deployment, Service } from "@aws-sdk/client-ecs";

/** The deployment that the service is at or moves to; never by position, because a failed one may be listed first. */
export function primaryDeployment(service: Service): Deployment | undefined {
  return service.deployments?.find((deployment) => deployment.status === "PRIMARY");
}
