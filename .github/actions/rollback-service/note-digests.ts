import { rolledBackDigests, tagResource } from "@slipway/ecs-deploy/service-tags";
import { imageDigests } from "@slipway/ecs-deploy/task-definition";
import { refusedDigests } from "./refused-digests.ts";
import type { Rollback, RollbackTools } from "./rollback.ts";

/** What is rolled back from is refused by deploy-service, unless told otherwise; what is rolled back to no longer is. */
export async function noteDigests(rollback: Rollback, { ecs, log }: RollbackTools): Promise<void> {
  const { service, target } = rollback;
  const welcome = imageDigests(target.definition);
  const cleared = rolledBackDigests.removing(service.tags, welcome);
  const added = rolledBackDigests.adding(cleared ? [cleared] : service.tags, refusedDigests(rollback));
  const tag = added ?? cleared;
  if (tag) await tagResource(ecs, service.serviceArn ?? "", tag, log);
}
