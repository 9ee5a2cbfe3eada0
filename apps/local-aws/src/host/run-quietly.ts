import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { execa } from "execa";

export interface QuietRun {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gets all output; made anew at each run. */
  readonly logPath: string;
  readonly signal: AbortSignal;
}

/** Runs a tool with its output in a log file; tells how it ended and what it said. Throws only when the run is interrupted. */
export async function runQuietly(run: QuietRun): Promise<{ readonly ok: boolean; readonly output: string }> {
  mkdirSync(dirname(run.logPath), { recursive: true });
  const result = await execa(run.file, [...run.arguments], {
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    ...(run.env === undefined ? {} : { env: run.env }),
    stdin: "ignore",
    stdout: ["pipe", { file: run.logPath }],
    stderr: "pipe",
    all: true,
    reject: false,
    cancelSignal: run.signal,
    forceKillAfterDelay: 5000,
  });
  run.signal.throwIfAborted();
  return { ok: !result.failed, output: result.all || result.shortMessage || "" };
}
