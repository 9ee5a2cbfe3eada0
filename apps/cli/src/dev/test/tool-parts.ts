import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensurePython, runQuietly, type SlipwayHome } from "@slipway/local-aws";
import { lastLines, parseJest, parseUnittest } from "./parse-results.ts";
import type { Part, PartResult } from "./run-parts.ts";
import { addUp, workspaceReports } from "./workspace-reports.ts";

/**
 * Shared resources of parts: Docker with the base images, action bundles and a running local AWS. They are prepared
 * before the first part that needs them.
 */
export type Need = "docker" | "bundles" | "local-aws";

/** One part of `npm test`, as data. */
export interface TestPart extends Pick<Part, "name" | "title"> {
  readonly needs: readonly Need[];
  /** Quick parts run first, then parts that use the CPU beside parts that mostly wait. */
  readonly lane: "quick" | "working" | "waiting";
  readonly run: PartRun;
}

export type PartRun = (context: PartContext) => Promise<PartResult>;

export interface PartContext {
  readonly home: SlipwayHome;
  /** Path of its log, without the extension. */
  readonly log: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Prints a line. */
  readonly print: (text: string) => void;
}

/** A check by the exit code of a program that is found or installed when the part runs. */
export function check(ensure: (context: PartContext) => string | Promise<string>, args: readonly string[]): PartRun {
  return async (context) => {
    const { ok, output } = await run(context, await ensure(context), args);
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, report: ok ? "" : lastLines(output) };
  };
}

const turbo = "turbo/bin/turbo";

/** A check by an npm package. */
export const nodeCheck = (script: string, args: readonly string[]): PartRun =>
  check(() => process.execPath, [join("node_modules", script), ...args]);

/** The types of every workspace. */
export const types = nodeCheck(turbo, ["run", "typecheck", "--continue", "--force"]);

/** The fast tests of the chosen workspaces, without turbo's cache: this run is the one that others are measured by. */
export const unitTests =
  (chosen: (workspace: string) => boolean): PartRun =>
  async (context) => {
    const reports = workspaceReports(context.home.root).filter(({ workspace }) => chosen(workspace));
    for (const { path } of reports) rmSync(path, { force: true });
    const only = reports.map(({ workspace }) => `--filter=./${workspace}`);
    const args = [join("node_modules", turbo), "run", "test", "--continue", "--force", "--only", ...only];
    return addUp(reports, await run(context, process.execPath, args));
  };

/** One test file, of whatever name. */
export const jestFile =
  (path: string): PartRun =>
  (context) =>
    jest(context, ["--testPathIgnorePatterns", "/node_modules/", "--runInBand", "--runTestsByPath", path]);

async function jest(context: PartContext, chosen: readonly string[]): Promise<PartResult> {
  const report = `${context.log}.json`;
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const args = [join("node_modules", "jest/bin/jest.js"), "--ci", "--json", `--outputFile=${report}`, ...chosen];
  const { ok, output } = await run(context, process.execPath, args);
  if (!existsSync(report)) return { passed: 0, failed: 1, report: output.slice(-4000) };
  const result = parseJest(readFileSync(report, "utf8"), context.home.root, ok);
  return result.failed > 0 && result.report === "" ? { ...result, report: lastLines(output) } : result;
}

/** Python's unittest, in the Python of the local AWS. */
export const unittest =
  (args: readonly string[]): PartRun =>
  async (context) => {
    const python = await localAwsPython(context);
    const { ok, output } = await run(context, python, ["-m", "unittest", ...args]);
    return parseUnittest(output, ok);
  };

export const localAwsPython = ({ home, signal, print }: Pick<PartContext, "home" | "signal" | "print">) =>
  ensurePython({
    home,
    requirements: join(home.root, "apps/local-aws/aws/requirements.txt"),
    signal,
    log: print,
  });

const run = ({ home, log, env, signal }: PartContext, file: string, args: readonly string[]) =>
  runQuietly({
    file,
    arguments: args,
    cwd: home.root,
    env: { ...process.env, ...env },
    logPath: `${log}.log`,
    signal,
  });
