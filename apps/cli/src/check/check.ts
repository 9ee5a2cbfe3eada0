import { join } from "node:path";
import { Failure } from "@slipway/core";
import { type Environment, environment, environmentKeys } from "@slipway/infra";
import { Command } from "commander";
import { execa } from "execa";
import type { CommandContext } from "../command-context.ts";
import { runCommand } from "../commands/run-command.ts";
import { checkApps } from "./check-app.ts";
import { type DerivedFiles, derivedGithubFiles, derivedGoldens, staleFiles, writeFiles } from "./derived-files.ts";

export function checkCommand(root: string): Command {
  return new Command("check")
    .description("what main requires: types, and whether all that derives from environments.ts is fresh")
    .argument("[part]", "app: the app's own test (testCommand in environments.ts) instead")
    .option("--update", "write what is not fresh")
    .action((part: string | undefined, { update = false }: { update?: boolean }) =>
      runCommand({ name: "check", root, work: (context) => check(context, part, update) }),
    );
}

async function check(context: CommandContext, part: string | undefined, update: boolean): Promise<void> {
  if (part !== undefined && part !== "app") {
    throw new Failure(`part (${part}) must be app`, "leave it out to check everything else");
  }
  const environments = checkedEnvironments();
  return part === "app" ? checkApps(context, environments) : checkInfrastructure(context, environments, update);
}

/** What is wrong in environments.ts is a sentence of its own, and nothing can be derived from it. */
function checkedEnvironments(): readonly Environment[] {
  try {
    return environmentKeys.map((key) => environment(key));
  } catch (error) {
    throw new Failure(`environments.ts must be right; ${(error as Error).message}`);
  }
}

async function checkInfrastructure(
  { home, signal, print }: CommandContext,
  environments: readonly Environment[],
  update: boolean,
): Promise<void> {
  const { root, variables } = home;
  const fresh = (files: DerivedFiles) => {
    const stale = staleFiles(root, files);
    if (!update) return stale.map((path) => staleness(path, files));
    writeFiles(root, files, stale);
    for (const path of stale) print(`› ${path} is written`);
    return [];
  };
  const keys = environments.map(({ key }) => key);
  const parts: Readonly<Record<string, () => Promise<readonly string[]>>> = {
    "types are right": async () => typeErrors(await compile(root, signal)),
    "goldens are fresh": async () => fresh(await derivedGoldens(root, keys, variables)),
    "environments.json and workflows are fresh": async () => fresh(derivedGithubFiles(root, environments)),
  };
  for (const [what, find] of Object.entries(parts)) {
    const started = performance.now();
    const wrong = await find();
    for (const sentence of wrong) print(`${variables.GITHUB_ACTIONS === "true" ? "::error::" : "✖ "}${sentence}`);
    if (wrong.length === 0) print(`✔ ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    else process.exitCode = 1;
  }
}

const remedy = "run `npm run check -- --update` and commit what it writes";

/** Why a file is not what it must be, and what to run. */
export function staleness(path: string, files: DerivedFiles): string {
  if (files.get(path) === undefined) return `${path} must not be there: no stack makes it; ${remedy}.`;
  if (path.endsWith(".tf.json")) return `${path} must be what its stack makes of environments.ts; ${remedy}.`;
  return `${path} must be what environments.ts says; ${remedy}.`;
}

/** What the TypeScript compiler says of the whole repository; empty where nothing is wrong. */
async function compile(root: string, signal: AbortSignal): Promise<string> {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { exitCode, all } = await execa(process.execPath, [compiler, "-p", root, "--pretty", "false"], {
    cwd: root,
    all: true,
    stdin: "ignore",
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  return exitCode === 0 ? "" : all || `tsc ended with ${exitCode}`;
}

/** One sentence for all errors of the compiler, which shows the first ones. */
export function typeErrors(output: string): readonly string[] {
  if (output === "") return [];
  const errors = output.split("\n").filter((line) => /error TS\d+:/.test(line));
  const shown = errors.slice(0, 3).map((line) => line.trim().replace(/\.$/, ""));
  const more = errors.length > shown.length ? ` and ${errors.length - shown.length} more` : "";
  const found = shown.length === 0 ? output.trim() : `${shown.join(", ")}${more}`;
  return [`types must be right, but the compiler found ${found}; correct them, \`npx tsc -p .\` shows all.`];
}
