import type { Service } from "@aws-sdk/client-ecs";
import { ActionFailure } from "@slipway/core";
import type { ImageDefinition } from "@slipway/ecs-deploy/images";
import { rolledBackDigests } from "@slipway/ecs-deploy/service-tags";

/** An image that somebody rolled away from does not come back by an automatic deployment. */
export function refuseRolledBack({ tags }: Service, images: readonly ImageDefinition[]): void {
  const refused = images.find(({ imageUri }) => rolledBackDigests.includes(tags, imageUri.split("@")[1] ?? ""));
  if (!refused) return;
  throw new ActionFailure(
    "image-rolled-back",
    `Image of \`${refused.name}\` (${refused.imageUri}) must not be one that the service was rolled back from`,
    "deploy a build with the fix, or set `allow-rolled-back: true` to deploy this one again",
  );
}
