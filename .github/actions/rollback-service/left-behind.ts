import type { DescribedTaskDefinition } from "../lib/describe-task-definition.ts";
import { imageDigests } from "../lib/image-digests.ts";

/** Digests of the images that run before a rollback and not after it. */
export function leftBehind(from: DescribedTaskDefinition, target: DescribedTaskDefinition): string[] {
  const welcome = imageDigests(target.definition);
  return imageDigests(from.definition).filter((digest) => !welcome.includes(digest));
}
