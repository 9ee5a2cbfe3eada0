import { setTimeout as sleep } from "node:timers/promises";
import { npmCommand } from "@slipway/local-aws";
import { type CommandContext, commandContext } from "../command-context.ts";
import { exitCodeOf, failureMessage } from "../terminal/closing.ts";
import { listenForInterruption } from "../terminal/interruption.ts";
import type { Reporter } from "../terminal/reporter.ts";

export interface CommandRun {
  /** As typed: "start". */
  readonly name: string;
  readonly root: string;
  readonly work: (context: CommandContext) => Promise<void>;
}

/** Runs one command, prints its failure and sets the exit code. */
export async function runCommand({ name, root, work }: CommandRun): Promise<void> {
  const signal = listenForInterruption();
  let reporter: Reporter | undefined;
  try {
    const onReporter = (shown: Reporter) => {
      reporter = shown;
    };
    await work({ ...commandContext(root, signal), onReporter });
    signal.throwIfAborted();
  } catch (error) {
    // Ctrl-C also reaches child processes, whose failure may arrive before the signal.
    await sleep(100);
    const cause = signal.aborted ? signal.reason : error;
    process.exitCode = exitCodeOf(cause);
    process.stderr.write(`\n${failureMessage(cause, npmCommand(name), reporter?.current)}\n`);
  }
}
