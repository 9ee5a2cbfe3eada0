import { spawn } from "node:child_process";
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunCommand, System } from "./host.ts";

/** The machine that this process runs on. */
export function thisSystem(variables: System["variables"] = process.env): System {
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
  // Loaded at the first run: tests that run nothing do without.
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
  // It is judged by whether it answers; without a listener a failed start would end this process.
  child.on("error", () => {});
  child.unref();
  closeSync(log);
}
