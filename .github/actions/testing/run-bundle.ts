import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { environment } from "@slipway/core/testing/environment";

export interface BundleRun {
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

export interface BundleOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with every piece of output; `kill` sends a signal as a runner does on cancel. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Starts a built action as a runner does: inputs in the environment, outputs and summary in files. */
export async function runBundle(
  action: string,
  inputs: Readonly<Record<string, string>>,
  options: BundleOptions = {},
): Promise<BundleRun> {
  const folder = await mkdtemp(join(tmpdir(), "runner-"));
  const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary.md") };
  await Promise.all(Object.values(files).map((file) => writeFile(file, "")));
  const named = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`,
    value,
  ]);
  const start = Date.now();
  const child = spawn(process.execPath, [resolve(__dirname, `../dist/${action}/main.cjs`)], {
    env: { ...environment, ...Object.fromEntries(named), ...files, NODE_NO_WARNINGS: "1", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const take = (chunk: Buffer) => {
    log += chunk.toString();
    options.onOutput?.(log, (signal) => child.kill(signal));
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const code = await new Promise<number>((done, fail) => {
    child.on("error", fail);
    child.on("close", (exit) => done(exit ?? -1));
  });
  const outputs = parseOutputs(await readFile(files.GITHUB_OUTPUT, "utf8"));
  const summary = await readFile(files.GITHUB_STEP_SUMMARY, "utf8");
  await rm(folder, { recursive: true });
  return { code, log, summary, outputs, milliseconds: Date.now() - start };
}

/** `name<<delimiter`, value lines, `delimiter`. */
function parseOutputs(text: string): Record<string, string> {
  const entries = text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n?^\2$/gm);
  return Object.fromEntries([...entries].map(([, name = "", , value = ""]) => [name, value]));
}
