import { Interrupted, listenForInterruption } from "../interruption.ts";
import { closingWords } from "../report/closing-words.ts";
import type { Reporter } from "../report/reporter.ts";
import { readWorkspace } from "../workspace.ts";
import type { CommandContext } from "./command-context.ts";

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
    const workspace = readWorkspace(root, process.env);
    const onReporter = (shown: Reporter) => {
      reporter = shown;
    };
    // npm changes the folder to the repository's root and tells where the user was.
    await work({ workspace, cwd: process.env.INIT_CWD ?? process.cwd(), signal, onReporter });
    signal.throwIfAborted();
  } catch (error) {
    const cause = signal.aborted ? signal.reason : error;
    process.exitCode = cause instanceof Interrupted ? cause.exitCode : 1;
    const command = name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
    process.stderr.write(`\n${closingWords(cause, command, reporter?.current)}\n`);
  }
}
