import { type ECSClient, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { ActionFailure } from "@slipway/core";
import type { ImageDefinition } from "@slipway/ecs-deploy/images";
import { isSteady, primaryDeployment } from "@slipway/ecs-deploy/service";
import { serviceDeployments } from "@slipway/ecs-deploy/service-deployments";
import { newestRunTag, rolledBackDigests, tagResource } from "@slipway/ecs-deploy/service-tags";
import type { DeployServiceInput, DeployTools } from "./deployment.ts";

/**
 * `none`: it runs already; `attach`: it is being deployed already; `count`: only the number of tasks changes;
 * `deploy`: another revision; `retry`: the same revision again after its deployment failed.
 */
export type PlannedUpdate = "none" | "attach" | "count" | "deploy" | "retry";

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
  return isSteady(service) ? "none" : "attach";
}

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
  const known = update === "attach" ? [] : await serviceDeployments(ecs, { cluster, service: name });
  const command = new UpdateServiceCommand({
    cluster,
    service: name,
    taskDefinition,
    ...(wantedCount === undefined ? {} : { desiredCount: wantedCount }),
    ...(update === "retry" ? { forceNewDeployment: true } : {}),
  });
  const after = update === "attach" ? service : ((await ecs.send(command)).service ?? service);
  const primary = primaryDeployment(after);
  return {
    deploymentId: primary?.id ?? "",
    createdAt: primary?.createdAt ?? new Date(),
    previousTaskDefinition: previousTaskDefinition ?? "",
    earlier: known.map(({ deployment }) => deployment.serviceDeploymentArn ?? ""),
    wantedCount: isComplete && update !== "retry" ? (wantedCount ?? service.desiredCount) : undefined,
  };
}

/** Rejects a run that waited, for approval or in the queue, while a newer run deployed. */
export function rejectOlderRun({ tags }: Service, { runId, allowOlder, service }: DeployServiceInput): void {
  const newest = newestRunTag.read(tags);
  if (runId === undefined || allowOlder || runId >= newest) return;
  throw new ActionFailure(
    "newer-run-deployed",
    `Run (${runId}) must not be older than run ${newest}, which deployed to ${service} meanwhile`,
    "run the newest one again, or start another; to go back on purpose, roll back by hand or set `allow-older: true`",
  );
}

/** Rejects images that the service was rolled back from. */
export function rejectRolledBack({ tags }: Service, images: readonly ImageDefinition[]): void {
  const rejected = images.find(({ imageUri }) => rolledBackDigests.includes(tags, imageUri.split("@")[1] ?? ""));
  if (!rejected) return;
  throw new ActionFailure(
    "image-rolled-back",
    `Image of \`${rejected.name}\` (${rejected.imageUri}) must not be one that the service was rolled back from`,
    "deploy a build with the fix, or set `allow-rolled-back: true` to deploy this one again",
  );
}

/** Tags the service with the id of this run unless the tag has a newer one. */
export async function tagRunId(
  { tags, serviceArn = "" }: Service,
  { runId }: DeployServiceInput,
  { ecs, log }: DeployTools,
): Promise<void> {
  if (runId === undefined || runId <= newestRunTag.read(tags)) return;
  await tagResource(ecs, serviceArn, newestRunTag.of(runId), log);
}
