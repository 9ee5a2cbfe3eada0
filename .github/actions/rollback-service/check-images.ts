import { BatchGetImageCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { ActionFailure, type Log, translate } from "@slipway/core";
import { imageReference } from "@slipway/ecs-deploy/images";
import type { DescribedTaskDefinition } from "@slipway/ecs-deploy/task-definition";

export interface ImageTools {
  readonly ecr: (region: string) => Promise<ECRClient>;
  readonly log: Log;
}

/** Every image of the revision must still be in its registry: a lifecycle rule may have removed it. */
export async function checkImages(target: DescribedTaskDefinition, tools: ImageTools): Promise<void> {
  for (const { name = "", image = "" } of target.definition.containerDefinitions ?? []) {
    await checkImage(`\`${name}\` of ${target.name}`, image, tools);
  }
}

async function checkImage(container: string, image: string, { ecr, log }: ImageTools): Promise<void> {
  const reference = imageReference(image);
  if (!reference?.ecr) {
    log.info(`Image of ${container} (${image}) is not in ECR: not checked`);
    return;
  }
  const gone = (why: string) =>
    new ActionFailure(
      "image-gone",
      `Image of ${container} (${image}) must exist in its registry (${why})`,
      "choose another revision in `to`, or push the image again",
    );
  const { account: registryId, region, repositoryName } = reference.ecr;
  const imageId = reference.digest ? { imageDigest: reference.digest } : { imageTag: reference.tag || "latest" };
  const command = new BatchGetImageCommand({ registryId, repositoryName, imageIds: [imageId] });
  const answer = await translate((await ecr(region)).send(command), {
    RepositoryNotFoundException: (error) => gone(error.message),
  });
  if ((answer.images ?? []).length === 0) throw gone(answer.failures?.[0]?.failureReason ?? "not found");
}
