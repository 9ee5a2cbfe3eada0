import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import { awsReads } from "../../local/aws-reads.ts";
import type { GithubStory, StoryEnvironment } from "./context.ts";

/** Digest of the image that all tasks of the service `web` run, as ECS tells it. */
export async function runningDigest({ people }: GithubStory, key: StoryEnvironment): Promise<string> {
  const { name, services } = environment(key);
  const container = services.web?.containerName ?? "";
  const digests = await awsReads(people[key]).runningDigests(name, `${name}-web`, container);
  const [digest] = digests;
  if (digest === undefined || digests.length > 1) {
    throw new Failure(`${key}'s tasks must run one image, but they run ${digests.join(", ") || "none"}.`);
  }
  return digest;
}

/** As it is shown: `sha256:0123456789ab…`. */
export const shortDigest = (digest: string) => `${digest.slice(0, 19)}…`;
