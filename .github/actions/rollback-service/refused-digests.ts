import { imageDigests } from "@slipway/ecs-deploy/task-definition";
import type { Rollback } from "./rollback.ts";

/** Digests that deploy-service refuses after a rollback: those of images that run before it and not after it. */
export function refusedDigests({ input, from, target }: Rollback): string[] {
  if (input.allowAgain) return [];
  const welcome = imageDigests(target.definition);
  return imageDigests(from.definition).filter((digest) => !welcome.includes(digest));
}
