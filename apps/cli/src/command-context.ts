import type { SlipwayHome } from "@slipway/local-aws";
import type { Reporter } from "./terminal/reporter.ts";

/** Context of every command. */
export interface CommandContext {
  readonly home: SlipwayHome;
  /** Folder that the user's relative paths start from. */
  readonly cwd: string;
  /** Aborted by Ctrl-C, SIGTERM or a closed terminal. */
  readonly signal: AbortSignal;
  /** Called with the reporter of the steps, so that a failure message can name the step. */
  readonly onReporter?: (reporter: Reporter) => void;
}
