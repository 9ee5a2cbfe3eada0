import type { Tag } from "@aws-sdk/client-ecs";

const key = "slipway:deployed";

/**
 * When a revision last was deployed with success, kept in a tag of the revision: the memory of rollbacks where the
 * service-deployment API is not to be had or has forgotten (it keeps 90 days).
 */
export const deployedTag = {
  key,

  at(moment: Date): Tag {
    return { key, value: moment.toISOString() };
  },

  /** Empty when the revision never was deployed with success. */
  read(tags: readonly Tag[]): string {
    return tags.find((tag) => tag.key === key)?.value ?? "";
  },
};
