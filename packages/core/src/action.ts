import type { Log } from "./log.ts";

export interface ActionContext {
  readonly log: Log;
  /** Aborted when the runner cancels the step (SIGINT, then SIGTERM). */
  readonly signal: AbortSignal;
}

export interface ActionResult {
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown for the job summary. */
  readonly summary: string;
}
