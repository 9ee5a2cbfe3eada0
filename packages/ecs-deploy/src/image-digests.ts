import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { imageReference } from "./images.ts";

/** The digests that a task definition's containers name. */
export function imageDigests(definition: TaskDefinition): string[] {
  const digests = (definition.containerDefinitions ?? []).map(({ image }) => imageReference(image ?? "")?.digest ?? "");
  return digests.filter((digest) => digest !== "");
}
