import { type ECSClient, type Tag, TagResourceCommand } from "@aws-sdk/client-ecs";
import { type Log, toFailure } from "@slipway/core";

const deployedKey = "slipway:deployed";

/**
 * Tag of a revision with the time of its last successful deployment. Rollbacks read it if the service-deployment API is not available
 * or no longer lists the deployment (it keeps 90 days).
 */
export const deployedTag = {
  key: deployedKey,

  at(moment: Date): Tag {
    return { key: deployedKey, value: moment.toISOString() };
  },

  /** Empty when the revision never was deployed with success. */
  read(tags: readonly Tag[]): string {
    return tags.find((tag) => tag.key === deployedKey)?.value ?? "";
  },
};

const newestRunKey = "slipway:newest-run";

/** Id of the newest workflow run that brought something to a service, kept in a tag of the service. */
export const newestRunTag = {
  key: newestRunKey,

  of(runId: number): Tag {
    return { key: newestRunKey, value: String(runId) };
  },

  /** 0 without the tag. */
  read(tags: readonly Tag[] | undefined): number {
    const value = tags?.find((tag) => tag.key === newestRunKey)?.value ?? "";
    return /^\d+$/.test(value) ? Number(value) : 0;
  },
};

const rolledBackKey = "slipway:rolled-back";
/** A tag value holds 256 characters: 15 short digests. */
const maxDigests = 15;

const short = (digest: string) => digest.replace(/^sha256:/, "").slice(0, 16);

function listed(tags: readonly Tag[] | undefined): string[] {
  const value = tags?.find((tag) => tag.key === rolledBackKey)?.value ?? "";
  return value.split(" ").filter((digest) => digest !== "");
}

function tagOf(digests: readonly string[]): Tag {
  return { key: rolledBackKey, value: digests.slice(0, maxDigests).join(" ") };
}

/** The image digests that a service was rolled back from, kept in a tag of the service, newest first. */
export const rolledBackDigests = {
  key: rolledBackKey,

  includes(tags: readonly Tag[] | undefined, digest: string): boolean {
    return listed(tags).includes(short(digest));
  },

  /** The tag with these digests added; undefined when they are in it. */
  adding(tags: readonly Tag[] | undefined, digests: readonly string[]): Tag | undefined {
    const added = digests.map(short).filter((digest) => digest !== "");
    const others = listed(tags).filter((digest) => !added.includes(digest));
    const next = [...added, ...others];
    return next.join() === listed(tags).join() ? undefined : tagOf(next);
  },

  /** The tag without these digests; undefined when they are not in it. */
  removing(tags: readonly Tag[] | undefined, digests: readonly string[]): Tag | undefined {
    const removed = digests.map(short);
    const next = listed(tags).filter((digest) => !removed.includes(digest));
    return next.length === listed(tags).length ? undefined : tagOf(next);
  },
};

/** Tags a resource. A tag that cannot be written is only a warning, because the deployment itself has succeeded. */
export async function tagResource(ecs: ECSClient, resourceArn: string, tag: Tag, log: Log): Promise<void> {
  try {
    await ecs.send(new TagResourceCommand({ resourceArn, tags: [tag] }));
  } catch (error) {
    log.warning(`Tag ${tag.key} of ${resourceArn} could not be written: ${toFailure(error).message}`);
  }
}
