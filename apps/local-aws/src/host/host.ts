import { spawn } from "node:child_process";
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

/** The host that the set-up code works on. Tests replace it by a fake. */
export interface Host {
  readonly run: RunCommand;
  readonly isRoot: boolean;
  /** Debian or a derivative with `apt-get`. */
  readonly isDebian: boolean;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Every executable file of that name on PATH, in order. */
  readonly find: (command: string) => string[];
  /** Starts a detached program in its own session, with its output appended to a file. */
  readonly startDetached: (command: string, args: readonly string[], logPath: string) => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface RunOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  readonly ok: boolean;
  /** Undefined when the program could not be started, was killed or took too long. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program. It does not throw if the program fails, only if the signal is aborted. */
type RunCommand = (command: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;

/** The host that this process runs on. */
export function thisHost(variables: Host["variables"] = process.env): Host {
  return {
    run,
    isRoot: process.getuid?.() === 0,
    isDebian: existsSync("/etc/debian_version") && findOnPath("apt-get", variables.PATH).length > 0,
    variables,
    find: (command) => findOnPath(command, variables.PATH),
    startDetached,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
  };
}

const run: RunCommand = async (command, args, options = {}) => {
  // Loaded on first use, so that tests that run nothing start faster.
  const { execa } = await import("execa");
  const child = execa(command, args, {
    reject: false,
    maxBuffer: 20_000_000,
    env: { ...options.variables },
    ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
    ...(options.timeoutSeconds === undefined ? {} : { timeout: options.timeoutSeconds * 1000 }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  const { onLine } = options;
  if (onLine !== undefined) {
    child.stdout?.on("data", lines(onLine));
    child.stderr?.on("data", lines(onLine));
  }
  const result = await child;
  options.signal?.throwIfAborted();
  const exitCode = result.exitCode;
  const started = { ok: exitCode === 0, exitCode, stdout: result.stdout ?? "", stderr: result.stderr ?? "" };
  return exitCode === undefined && started.stderr === "" ? { ...started, stderr: result.message ?? "" } : started;
};

/** Whole lines of a stream; the last one, when it lacks its line end, is dropped. */
function lines(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const parts = (rest + chunk.toString()).split(/\r?\n/);
    rest = parts.pop() ?? "";
    for (const line of parts) onLine(line);
  };
}

function findOnPath(command: string, path = ""): string[] {
  const found = path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, command));
  return [...new Set(found)].filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function startDetached(command: string, args: readonly string[], logPath: string): void {
  mkdirSync(dirname(logPath), { recursive: true });
  const log = openSync(logPath, "a");
  const child = spawn(command, args, { detached: true, stdio: ["ignore", log, log] });
  // An unhandled error event would end this process; callers check whether the program answers.
  child.on("error", () => {});
  child.unref();
  closeSync(log);
}

export interface QuietRun {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** File for all output, overwritten by each run. */
  readonly logPath: string;
  readonly signal: AbortSignal;
}

/** Runs a tool, writes its output to a log file and returns its result. Throws only if the run is interrupted. */
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
