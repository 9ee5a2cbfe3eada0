import type { Tag } from "@aws-sdk/client-ecs";

const key = "slipway:newest-run";

/** Id of the newest workflow run that brought something to a service, kept in a tag of the service. */
export const newestRunTag = {
  key,

  of(runId: number): Tag {
    return { key, value: String(runId) };
  },

  /** 0 when none is noted. */
  read(tags: readonly Tag[] | undefined): number {
    const value = tags?.find((tag) => tag.key === key)?.value ?? "";
    return /^\d+$/.test(value) ? Number(value) : 0;
  },
};
