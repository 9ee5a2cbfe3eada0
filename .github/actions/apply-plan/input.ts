/** What the action is asked for. */
export interface ApplyInput {
  readonly environment: string;
  readonly stacksDir: string;
  /** Id of the plan to apply; empty: the one of the merged pull request. */
  readonly plan: string;
  /** Commit whose stacks are in `stacksDir`. */
  readonly commit: string;
  /** Commits that this push brought, the newest first; empty for an event that brought none. */
  readonly pushed: readonly string[];
  /** Branch that counts as main. */
  readonly branch: string;
  /** Globs of addresses that may be replaced or destroyed although they hold data. */
  readonly allowDestroy: readonly string[];
  /** Label of a pull request that allows the same. */
  readonly allowDestroyLabel: string;
  readonly redact: readonly string[];
  readonly hideValues: readonly string[];
  readonly dryRun: boolean;
  /** Folder for plans, logs and what the action hands over. */
  readonly workFolder: string;
  readonly runUrl: string;
}
