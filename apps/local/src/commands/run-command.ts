import { EngineError } from "@slipway/infra/engine";
import { Failure } from "../failure.ts";
import { Interrupted, listenForInterruption } from "../interruption.ts";
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
    const step = reporter === undefined || reporter.current === "" ? "" : ` in “${reporter.current}”`;
    const cause = signal.aborted ? signal.reason : error;
    process.exitCode = cause instanceof Interrupted ? cause.exitCode : 1;
    process.stderr.write(`\n${closingWords(cause, `npm run ${name}`.replace("npm run start", "npm start"), step)}\n`);
  }
}

function closingWords(error: unknown, command: string, step: string): string {
  if (error instanceof Interrupted) {
    return `${command} was stopped${step} by ${error.signal}. Nothing is lost: run it again and it goes on from here; \`npm run down\` removes everything.`;
  }
  if (error instanceof Failure || error instanceof EngineError) {
    const log = error.logPath === undefined ? "" : `\n  Log: ${error.logPath}`;
    return `✖ ${command} failed${step}: ${error.message}${log}`;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `✖ ${command} failed${step}, by a fault of its own:\n${text}`;
}
