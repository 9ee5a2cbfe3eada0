import type { Service } from "@aws-sdk/client-ecs";
import { ActionFailure } from "@slipway/core";
import { newestRunTag } from "@slipway/ecs-deploy/service-tags";
import type { DeployServiceInput } from "./deploy-service.ts";

/** A run that waited, for a yes or for its turn, does not undo what a newer one brought meanwhile. */
export function refuseOlderRun({ tags }: Service, { runId, allowOlder, service }: DeployServiceInput): void {
  const newest = newestRunTag.read(tags);
  if (runId === undefined || allowOlder || runId >= newest) return;
  throw new ActionFailure(
    "newer-run-deployed",
    `Run (${runId}) must not be older than run ${newest}, which deployed to ${service} meanwhile`,
    "run the newest one again, or start another; to go back on purpose, roll back by hand or set `allow-older: true`",
  );
}
