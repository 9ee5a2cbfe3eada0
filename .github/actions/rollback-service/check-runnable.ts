import type { ECSClient } from "@aws-sdk/client-ecs";
import { ActionFailure } from "@slipway/core";
import { type DescribedTaskDefinition, templateContainers } from "@slipway/ecs-deploy/task-definition";
import { nearestUsable } from "./nearest-usable.ts";

/** ECS runs only ACTIVE revisions, and the template's placeholder image is none. */
export async function checkRunnable(ecs: ECSClient, { name, definition }: DescribedTaskDefinition): Promise<void> {
  const isTemplate = templateContainers(definition).length > 0;
  if (definition.status === "ACTIVE" && !isTemplate) return;
  const next = await nearestUsable(ecs, definition.family ?? "", definition.revision ?? 0);
  if (isTemplate) {
    throw new ActionFailure(
      "revision-is-template",
      `Revision (${name}) must have an image; it is Terraform's template`,
      next,
    );
  }
  const what = `Revision (${name}) must be ACTIVE; it is ${definition.status}, and ECS will not run it`;
  throw new ActionFailure("revision-inactive", what, next);
}
