import type { Workspace } from "@slipway/local-aws";
import type { Reporter } from "./terminal/reporter.ts";

/** What every command gets. */
export interface CommandContext {
  readonly home: Workspace;
  /** Folder that the user's relative paths start from. */
  readonly cwd: string;
  /** Aborted by Ctrl-C, SIGTERM or a closed terminal. */
  readonly signal: AbortSignal;
  /** Told of the reporter that shows the steps, so that a failure can name the step. */
  readonly onReporter?: (reporter: Reporter) => void;
}
