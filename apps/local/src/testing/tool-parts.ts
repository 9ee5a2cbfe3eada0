import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runQuietly } from "../machine/run-quietly.ts";
import { parseJest } from "./parse-jest.ts";
import { parseUnittest } from "./parse-unittest.ts";
import type { Part } from "./part.ts";

export interface ToolSettings {
  readonly root: string;
  /** Folder of the logs. */
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** The kinds of parts there are: a tool that is content or not, jest, and Python's unittest. */
export function toolParts({ root, logs, env, signal }: ToolSettings) {
  mkdirSync(logs, { recursive: true });
  const logOf = (title: string) => join(logs, title.toLowerCase().replace(/[^a-z0-9]+/g, "-"));
  const run = (title: string, file: string, args: readonly string[]) =>
    runQuietly({
      file,
      arguments: args,
      cwd: root,
      env: { ...process.env, ...env },
      logPath: `${logOf(title)}.log`,
      signal,
    });

  return {
    /** One check: its exit code. */
    check: (title: string, script: string, args: readonly string[]): Part => ({
      title,
      run: async () => {
        const { ok, output } = await run(title, process.execPath, [join(root, "node_modules", script), ...args]);
        return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, report: ok ? "" : lastLines(output) };
      },
    }),

    /** One check by a program that is looked for or made when its turn comes. */
    program: (title: string, ensure: () => Promise<string>, args: readonly string[]): Part => ({
      title,
      run: async () => {
        const { ok, output } = await run(title, await ensure(), args);
        return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, report: ok ? "" : lastLines(output) };
      },
    }),

    /** Test files, or without any the fast tests. */
    jest: (title: string, files: readonly string[] = []): Part => ({
      title,
      run: async () => {
        const report = `${logOf(title)}.json`;
        rmSync(report, { force: true });
        const chosen = ["--testPathIgnorePatterns", "/node_modules/", "--runInBand", "--runTestsByPath", ...files];
        const fast = ["--config", "jest.unit.config.js", "--runInBand"];
        const args = ["--ci", "--json", `--outputFile=${report}`, ...(files.length > 0 ? chosen : fast)];
        const { output } = await run(title, process.execPath, [join(root, "node_modules/jest/bin/jest.js"), ...args]);
        if (!existsSync(report)) return { passed: 0, failed: 1, report: output.slice(-4000) };
        const result = parseJest(readFileSync(report, "utf8"), root);
        return files.length > 0 ? result : { passed: result.passed, failed: result.failed, report: result.report };
      },
    }),

    unittest: (title: string, python: string, args: readonly string[]): Part => ({
      title,
      run: async () => {
        const { ok, output } = await run(title, python, ["-m", "unittest", ...args]);
        return parseUnittest(output, ok);
      },
    }),
  };
}

const lastLines = (output: string) => output.split("\n").slice(-60).join("\n");
