import { imageDigests } from "../lib/image-digests.ts";
import { rolledBackDigests } from "../lib/rolled-back-digests.ts";
import { tagResource } from "../lib/tag-resource.ts";
import { leftBehind } from "./left-behind.ts";
import type { Rollback, RollbackTools } from "./rollback.ts";

/** What is rolled back from is refused by deploy-service; what is rolled back to no longer is. */
export async function noteDigests({ service, from, target }: Rollback, { ecs, log }: RollbackTools): Promise<void> {
  const welcome = imageDigests(target.definition);
  const cleared = rolledBackDigests.removing(service.tags, welcome);
  const added = rolledBackDigests.adding(cleared ? [cleared] : service.tags, leftBehind(from, target));
  const tag = added ?? cleared;
  if (tag) await tagResource(ecs, service.serviceArn ?? "", tag, log);
}
