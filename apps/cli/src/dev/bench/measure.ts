import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "@slipway/core";

export interface Measurement {
  /** User and system seconds of the command and its children. */
  readonly cpuSeconds: number;
  /** Peak memory of the command itself, in MB. */
  readonly peakMegabytes: number;
}

export interface MeasuredCommand {
  /** Arguments for the running Node binary. */
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Exit codes that count as a run. @default [0] */
  readonly exitCodes?: readonly number[];
}

/** Runs a Node program. CPU time comes from the shell's `time`, which includes children; peak memory from `process.resourceUsage()`. */
export function measureCommand({
  arguments: args,
  cwd,
  variables = {},
  exitCodes = [0],
}: MeasuredCommand): Measurement {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    const hook = join(folder, "usage.cjs");
    const usage = join(folder, "usage.json");
    const write = `require("fs").writeFileSync(${JSON.stringify(usage)}, String(process.resourceUsage().maxRSS))`;
    writeFileSync(hook, `const main = process.pid; process.on("exit", () => { if (process.pid === main) ${write}; });`);
    const script = `TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>"$ERRORS"`;
    const errors = join(folder, "errors.txt");
    const { stderr, status } = spawnSync("bash", ["-c", script, "bash", process.execPath, "--require", hook, ...args], {
      cwd,
      env: { ...process.env, ...variables, ERRORS: errors },
      encoding: "utf8",
    });
    if (status === null || !exitCodes.includes(status)) {
      throw new Failure(
        `\`node ${args.join(" ")}\` (exit code ${status}) must run to be measured; it said: ${readFileSync(errors, "utf8").slice(-500)}`,
      );
    }
    const [user, system] = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
    return {
      cpuSeconds: (user ?? Number.NaN) + (system ?? Number.NaN),
      peakMegabytes: Number(readFileSync(usage, "utf8")) / 1024,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One measured value. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: "s" | "ms" | "MB" | "times" | "calls" | "processes";
  /** Upper limit; without one the figure is only printed. */
  readonly limit?: number;
}

/** The middle value; of an even number, the higher of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** All unit tests in one jest file with a warm transform cache, median of 3. */
export function benchUnitTests(root: string): readonly Figure[] {
  const command = ["node_modules/jest/bin/jest.js", "--runInBand"];
  const jest = () => measureCommand({ arguments: command, cwd: root }).cpuSeconds;
  jest();
  return [{ what: "unit tests, CPU", value: median([jest(), jest(), jest()]), unit: "s", limit: 16 }];
}
