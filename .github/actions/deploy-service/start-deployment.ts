import { type ECSClient, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { primaryDeployment } from "@slipway/ecs-deploy/service";
import { serviceDeployments } from "@slipway/ecs-deploy/service-deployments";
import type { PlannedUpdate } from "./update-service.ts";

export interface DeploymentStart {
  readonly cluster: string;
  readonly service: Service;
  readonly taskDefinition: string;
  readonly wantedCount: number | undefined;
  readonly update: Exclude<PlannedUpdate, "none">;
}

export interface StartedDeployment {
  readonly deploymentId: string;
  readonly createdAt: Date;
  readonly previousTaskDefinition: string;
  /** Service deployments that are not this one. */
  readonly earlier: readonly string[];
  /** Set when the deployment is complete but for its count. */
  readonly wantedCount: number | undefined;
}

/** Updates the service, if there is something to update, and says which deployment to wait for. */
export async function startDeployment(ecs: ECSClient, start: DeploymentStart): Promise<StartedDeployment> {
  const { cluster, service, taskDefinition, wantedCount, update } = start;
  const before = primaryDeployment(service);
  const other = service.deployments?.find((deployment) => deployment.taskDefinition !== taskDefinition);
  const previousTaskDefinition =
    before?.taskDefinition === taskDefinition ? other?.taskDefinition : before?.taskDefinition;
  const isComplete = before?.taskDefinition === taskDefinition && before.rolloutState === "COMPLETED";
  const name = service.serviceName ?? "";
  const known = update === "join" ? [] : await serviceDeployments(ecs, { cluster, service: name });
  const command = new UpdateServiceCommand({
    cluster,
    service: name,
    taskDefinition,
    ...(wantedCount === undefined ? {} : { desiredCount: wantedCount }),
    ...(update === "retry" ? { forceNewDeployment: true } : {}),
  });
  const after = update === "join" ? service : ((await ecs.send(command)).service ?? service);
  const primary = primaryDeployment(after);
  return {
    deploymentId: primary?.id ?? "",
    createdAt: primary?.createdAt ?? new Date(),
    previousTaskDefinition: previousTaskDefinition ?? "",
    earlier: known.map(({ deployment }) => deployment.serviceDeploymentArn ?? ""),
    wantedCount: isComplete && update !== "retry" ? (wantedCount ?? service.desiredCount) : undefined,
  };
}
