import { type Deployment, DescribeServicesCommand, ECSClient, type Service } from "@aws-sdk/client-ecs";
import { ActionFailure, clientOptions, mapAwsErrors } from "@slipway/core";

/** Reads a service that can be deployed to. */
export async function describeService(ecs: ECSClient, cluster: string, service: string): Promise<Service> {
  const command = new DescribeServicesCommand({ cluster, services: [service], include: ["TAGS"] });
  const answer = await mapAwsErrors(ecs.send(command), {
    ClusterNotFoundException: () =>
      new ActionFailure(
        "cluster-not-found",
        `Cluster (${cluster}) must exist`,
        "check the name, account and region, or apply the service stack",
      ),
  });
  const found = answer.services?.[0];
  if (!found) {
    throw new ActionFailure(
      "service-not-found",
      `Service (${service}) must exist in cluster ${cluster}`,
      "check the name, account and region, or apply the service stack",
    );
  }
  if (found.status !== "ACTIVE") {
    throw new ActionFailure(
      "service-not-active",
      `Service (${service}) must be ACTIVE; it is ${found.status}`,
      "apply the service stack to create it again",
    );
  }
  const controller = found.deploymentController?.type ?? "ECS";
  if (controller !== "ECS") {
    throw new ActionFailure(
      "controller-unsupported",
      `Deployment controller of ${service} (${controller}) must be ECS`,
      "deploy it by CodeDeploy, or change its controller",
    );
  }
  return found;
}

/** The PRIMARY deployment, found by status, because a failed one may be listed first. */
export function primaryDeployment(service: Service): Deployment | undefined {
  return service.deployments?.find((deployment) => deployment.status === "PRIMARY");
}

/** Whether the service runs its primary deployment at its count, and that deployment is complete. */
export function isSteady(service: Service): boolean {
  const primary = primaryDeployment(service);
  const complete = (primary?.rolloutState ?? "COMPLETED") === "COMPLETED";
  return complete && service.runningCount === service.desiredCount && (service.pendingCount ?? 0) === 0;
}

/** The service's deployments in the AWS console. */
export function consoleUrl(serviceArn: string): string {
  const region = serviceArn.split(":")[3] ?? "";
  const [, cluster = "", service = ""] = serviceArn.split(":").at(-1)?.split("/") ?? [];
  return `https://${region}.console.aws.amazon.com/ecs/v2/clusters/${cluster}/services/${service}/deployments?region=${region}`;
}

export function ecsClient(): ECSClient {
  return new ECSClient(clientOptions);
}
