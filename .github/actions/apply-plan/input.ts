import { ActionFailure } from "@slipway/core/failure";

/** What the action is asked for. */
export interface ApplyInput {
  readonly environment: string;
  readonly stacksDir: string;
  /** Stacks of another form than main's table has (docs/reviewed-plan.md) are applied as they are. */
  readonly uncheckedStacks: boolean;
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

interface Payload {
  readonly commits?: readonly { readonly id?: string }[];
  readonly head_commit?: { readonly id?: string } | null;
}

/** Commits that an event brought to its branch, the newest first; none for a dispatch or a schedule. */
export function pushedCommits(event: string, payload: object): readonly string[] {
  const { commits = [], head_commit: head } = payload as Payload;
  if (event !== "push") return [];
  const ids = [...commits].reverse().flatMap(({ id }) => (id === undefined ? [] : [id]));
  return [...new Set([...(head?.id === undefined ? [] : [head.id]), ...ids])];
}

/** The input `plan`, with or without `sha256:` before it. */
export function planId(text: string): string {
  const id = text.trim().replace(/^sha256:/, "");
  if (id === "" || /^[0-9a-f]{64}$/.test(id)) return id;
  const what = `Input \`plan\` (${text}) must be the 64 digits of a plan's SHA-256`;
  throw new ActionFailure("input-invalid", what, "copy them from the command below the plan");
}
