import type { Service } from "@aws-sdk/client-ecs";
import { newestRunTag, tagResource } from "@slipway/ecs-deploy/service-tags";
import type { DeployServiceInput, DeployTools } from "./deploy-service.ts";

/** Notes that this run brought what the service gets, unless a newer one is noted. */
export async function noteRun(
  { tags, serviceArn = "" }: Service,
  { runId }: DeployServiceInput,
  { ecs, log }: DeployTools,
): Promise<void> {
  if (runId === undefined || runId <= newestRunTag.read(tags)) return;
  await tagResource(ecs, serviceArn, newestRunTag.of(runId), log);
}
