import type { Stack } from "./stack.ts";

export type ChangeAction = "create" | "update" | "replace" | "delete" | "read" | "import" | "move" | "forget" | "no-op";

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly action: ChangeAction;
  readonly reason: string | undefined;
}

export interface ChangeSummary {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly import: number;
}

/** A saved plan: the file that `apply` takes, and what people want to know of it. */
export interface StackPlan {
  readonly stack: Stack;
  readonly planPath: string;
  readonly logPath: string;
  /** True when applying would change nothing, outputs included. */
  readonly empty: boolean;
  readonly summary: ChangeSummary;
  readonly changes: readonly ResourceChange[];
  /** Names of outputs that would change. */
  readonly outputChanges: readonly string[];
  /** Whether AWS has something else than the state, planned changes aside. */
  readonly drifted: boolean;
  /** Hash of each upstream output it read when it was made: `<upstream>.<output>` to SHA-256. */
  readonly upstreamHashes: Readonly<Record<string, string>>;
  /** Objects found in AWS after an interrupted apply that this plan takes into the state: address to id. */
  readonly adopted: Readonly<Record<string, string>>;
  readonly seconds: number;
}
