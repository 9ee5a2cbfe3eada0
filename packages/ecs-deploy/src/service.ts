import { DescribeServicesCommand, type ECSClient, type Service } from "@aws-sdk/client-ecs";
import { ActionFailure, translate } from "@slipway/core";

/** Reads a service that can be deployed to. */
export async function describeService(ecs: ECSClient, cluster: string, service: string): Promise<Service> {
  const command = new DescribeServicesCommand({ cluster, services: [service], include: ["TAGS"] });
  const answer = await translate(ecs.send(command), {
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
