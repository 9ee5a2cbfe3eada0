import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { imageReference } from "./images.ts";

/** Terraform's template names its image `<repository>:template`: it stands for one that a deployment gives, and is never pulled. */
export function templateContainers(definition: TaskDefinition): string[] {
  const containers = definition.containerDefinitions ?? [];
  return containers
    .filter(({ image }) => imageReference(image ?? "")?.tag === "template")
    .map(({ name }) => name ?? "");
}
