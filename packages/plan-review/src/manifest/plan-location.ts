import type { Variables } from "@slipway/core";

/** Where the plan files of one environment are. */
export interface PlanLocation {
  readonly bucket: string;
  readonly environment: string;
  readonly region: string;
  /** The runner's variables, for the client. */
  readonly variables: Variables;
}

const endings = { plan: "tfplan", lock: "lock.hcl", manifest: "json" } as const;

export type StoredKind = keyof typeof endings;

/** Key of a stored file: its name is the hash of what is in it. */
export function planKey({ environment }: PlanLocation, kind: StoredKind, hash: string): string {
  return `plans/${environment}/${hash}.${endings[kind]}`;
}
