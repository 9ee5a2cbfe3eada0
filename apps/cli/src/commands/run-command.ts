import { setTimeout as sleep } from "node:timers/promises";
import { npmCommand, readWorkspace } from "@slipway/local-aws";
import type { CommandContext } from "../command-context.ts";
import { failureMessage } from "../terminal/closing.ts";
import { Interrupted, listenForInterruption } from "../terminal/interruption.ts";
import type { Reporter } from "../terminal/reporter.ts";

export interface CommandRun {
  /** As typed: "start". */
  readonly name: string;
  readonly root: string;
  readonly work: (context: CommandContext) => Promise<void>;
}

/** Runs one command; the only place that says how a run ended and sets the exit code. */
export async function runCommand({ name, root, work }: CommandRun): Promise<void> {
  const signal = listenForInterruption();
  let reporter: Reporter | undefined;
  try {
    const home = readWorkspace(root, process.env);
    const onReporter = (shown: Reporter) => {
      reporter = shown;
    };
    // npm changes the folder to the repository's root and tells where the user was.
    await work({ home, cwd: process.env.INIT_CWD ?? process.cwd(), signal, onReporter });
    signal.throwIfAborted();
  } catch (error) {
    // Ctrl-C reaches our children as well, and one that ends of it may be heard of first.
    await sleep(100);
    const cause = signal.aborted ? signal.reason : error;
    process.exitCode = cause instanceof Interrupted ? cause.exitCode : 1;
    process.stderr.write(`\n${failureMessage(cause, npmCommand(name), reporter?.current)}\n`);
  }
}
