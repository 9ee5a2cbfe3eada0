import type { Tag } from "@aws-sdk/client-ecs";

const key = "slipway:rolled-back";
/** A tag value holds 256 characters: 15 short digests. */
const keep = 15;

const short = (digest: string) => digest.replace(/^sha256:/, "").slice(0, 16);

function listed(tags: readonly Tag[] | undefined): string[] {
  const value = tags?.find((tag) => tag.key === key)?.value ?? "";
  return value.split(" ").filter((digest) => digest !== "");
}

function tagOf(digests: readonly string[]): Tag {
  return { key, value: digests.slice(0, keep).join(" ") };
}

/** The image digests that a service was rolled back from, kept in a tag of the service, newest first. */
export const rolledBackDigests = {
  key,

  includes(tags: readonly Tag[] | undefined, digest: string): boolean {
    return listed(tags).includes(short(digest));
  },

  /** The tag with these digests added; undefined when they are in it. */
  adding(tags: readonly Tag[] | undefined, digests: readonly string[]): Tag | undefined {
    const added = digests.map(short).filter((digest) => digest !== "");
    const kept = listed(tags).filter((digest) => !added.includes(digest));
    const next = [...added, ...kept];
    return next.join() === listed(tags).join() ? undefined : tagOf(next);
  },

  /** The tag without these digests; undefined when they are not in it. */
  removing(tags: readonly Tag[] | undefined, digests: readonly string[]): Tag | undefined {
    const removed = digests.map(short);
    const next = listed(tags).filter((digest) => !removed.includes(digest));
    return next.length === listed(tags).length ? undefined : tagOf(next);
  },
};
