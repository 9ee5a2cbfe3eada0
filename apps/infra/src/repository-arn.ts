import type { Environment } from "./environment.ts";

/** The image repository that an environment pulls from, by its names: the state of its owner is not ours to read. */
export function repositoryArn({ repository: { account, region, name } }: Pick<Environment, "repository">): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}
