import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Failure } from "@slipway/core";
import type { Workspace } from "../home.ts";
import { aptInstall } from "./apt.ts";
import { runQuietly } from "./run-quietly.ts";

export interface PythonRequest {
  readonly workspace: Workspace;
  /** Requirements file with hashes. */
  readonly requirements: string;
  /** What is installed, for the log; default "the local AWS". */
  readonly what?: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

const oldest = [3, 11] as const;
const remedy = "install Python 3.11 or newer with its venv module (Debian: apt-get install python3 python3-venv)";

/** Path of a Python that has exactly `requirements`: a virtual environment, made once per content of that file. */
export async function ensurePython(request: PythonRequest): Promise<string> {
  const { workspace, requirements, what = "the local AWS", log } = request;
  const content = readFileSync(requirements);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const folder = workspace.path("cache", `python-${hash}`);
  const python = `${folder}/bin/python`;
  // Written last: a folder without it was cut off.
  const stamp = `${folder}/complete`;
  if (existsSync(stamp) && (await run(request, python, ["-c", ""])).ok) return python;
  rmSync(folder, { recursive: true, force: true });

  await makeEnvironment(request, folder);
  log(`pip installs ${what}`);
  const install = [
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--quiet",
    "--require-hashes",
    "-r",
    requirements,
  ];
  const { ok, output } = await run(request, python, install);
  if (!ok) throw installationFailed(output, requirements, workspace.path("logs", "python.log"));
  writeFileSync(stamp, "");
  return python;
}

async function makeEnvironment(request: PythonRequest, folder: string): Promise<void> {
  const base = await findPython(request);
  const made = await run(request, base, ["-m", "venv", folder]);
  if (made.ok) return;
  if (!/ensurepip|No module named venv/.test(made.output)) {
    throw new Failure(`python3 -m venv (${folder}) must succeed; it said: ${lastLine(made.output)}`);
  }
  request.log("python3-venv is missing: installing it");
  await aptInstall(["python3-venv"]);
  const again = await run(request, base, ["-m", "venv", "--clear", folder]);
  if (!again.ok) throw new Failure(`python3 (${base}) must have its venv module`, remedy);
}

async function findPython(request: PythonRequest): Promise<string> {
  const named = request.workspace.variables.SLIPWAY_PYTHON || "python3";
  const check = ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"];
  let answer = await run(request, named, check);
  if (!answer.ok && named === "python3") {
    request.log("python3 is missing: installing it");
    await aptInstall(["python3", "python3-venv"]);
    answer = await run(request, named, check);
  }
  const [major = 0, minor = 0] = answer.output.trim().split(".").map(Number);
  if (!answer.ok) throw new Failure(`python3 (${named}) must be runnable`, remedy);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new Failure(
      `python3 (${answer.output.trim()}) must be 3.11 or newer`,
      `${remedy}, or name one in SLIPWAY_PYTHON`,
    );
  }
  return named;
}

function installationFailed(output: string, requirements: string, logPath: string): Failure {
  if (
    /NewConnectionError|ConnectTimeout|Name or service not known|Temporary failure|No matching distribution/.test(
      output,
    )
  ) {
    return new Failure(
      `pip (${requirements}) must reach its package index`,
      "connect to the network or set your mirror with `pip config set global.index-url URL`, then run this again",
      { logPath },
    );
  }
  if (/THESE PACKAGES DO NOT MATCH THE HASHES/.test(output)) {
    return new Failure(
      `packages (${requirements}) must match their hashes`,
      "your package index serves other files: use another one",
      { logPath },
    );
  }
  return new Failure(`pip install (${requirements}) must succeed; it said: ${lastLine(output)}`, undefined, {
    logPath,
  });
}

const lastLine = (text: string) => text.trim().split("\n").at(-1) ?? "";

function run({ workspace, signal }: PythonRequest, file: string, args: readonly string[]) {
  return runQuietly({ file, arguments: args, logPath: workspace.path("logs", "python.log"), signal });
}
