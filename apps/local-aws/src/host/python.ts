import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import type { SlipwayHome } from "../home.ts";
import { aptInstall } from "./apt.ts";
import { runQuietly } from "./host.ts";

export interface PythonRequest {
  readonly home: SlipwayHome;
  /** Requirements file with hashes. */
  readonly requirements: string;
  /** What is installed, for the log; default "the local AWS". */
  readonly what?: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

const oldest = [3, 11] as const;
const remedy = "install Python 3.11 or newer with its venv module (Debian: apt-get install python3 python3-venv)";

/** Path of a Python in a virtual environment with exactly `requirements`, created once per content of that file. */
export async function ensurePython(request: PythonRequest): Promise<string> {
  const { home, requirements, what = "the local AWS", log } = request;
  const content = readFileSync(requirements);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const folder = home.path("cache", `python-${hash}`);
  const python = `${folder}/bin/python`;
  // Written last, so that an interrupted installation is recognized.
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
  if (!ok) throw installationFailed(output, requirements, home.path("logs", "python.log"));
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
  const named = request.home.variables.SLIPWAY_PYTHON || "python3";
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

function run({ home, signal }: PythonRequest, file: string, args: readonly string[]) {
  return runQuietly({ file, arguments: args, logPath: home.path("logs", "python.log"), signal });
}

/** An official Debian-based Python image, as described by its tag. */
export interface OfficialPython {
  /** "3.12", or undefined for tags such as `slim` and `3`. */
  readonly minor: string | undefined;
  /** Tags without `slim` carry a compiler and the usual headers. */
  readonly slim: boolean;
  /** Debian release that has this Python, or the nearest newer one; else the newest. */
  readonly release: string;
  /** Python of that release. */
  readonly releasePython: string;
}

/** Oldest first. */
const releases = [
  { release: "bullseye", python: "3.9" },
  { release: "bookworm", python: "3.11" },
  { release: "trixie", python: "3.13" },
] as const;

// Names of the official images, including public mirrors.
const repository =
  /^(?:(?:docker\.io\/|index\.docker\.io\/|mirror\.gcr\.io\/|public\.ecr\.aws\/docker\/)?library\/|docker\.io\/)?python(?::(?<tag>[^@/]+))?$/;
const tagShape = /^(?:(?<version>3(?:\.\d+){0,2})|latest)?(?:(?:^|-)(?<slim>slim))?(?:(?:^|-)(?<debian>[a-z]+))?$/;
const debianNames = new Set(["buster", "bullseye", "bookworm", "trixie", "forky"]);

/** Parses an image reference; undefined for all other images, including Alpine and pinned digests. */
export function officialPython(reference: string): OfficialPython | undefined {
  const found = repository.exec(reference);
  if (found === null) return undefined;
  const tag = tagShape.exec(found.groups?.tag ?? "latest");
  if (tag === null) return undefined;
  const { version, slim, debian } = tag.groups ?? {};
  if (debian !== undefined && !debianNames.has(debian)) return undefined;
  const minor = version?.split(".").slice(0, 2).join(".");
  const wanted = Number(minor?.split(".")[1] ?? Number.NaN);
  const newest = releases[releases.length - 1] ?? releases[0];
  const fit = releases.find(({ python }) => Number(python.split(".")[1]) >= wanted) ?? newest;
  return {
    minor: Number.isNaN(wanted) ? undefined : minor,
    slim: slim !== undefined,
    release: fit.release,
    releasePython: fit.python,
  };
}

const carried = ["index-url", "extra-index-url", "trusted-host", "timeout", "retries"];

/** The host's pip index settings: pip's variables, then its configuration files. Read without starting Python. */
export function pipSettings(
  variables: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  const files = [
    "/etc/pip.conf",
    join(home, ".pip/pip.conf"),
    join(home, ".config/pip/pip.conf"),
    variables.PIP_CONFIG_FILE,
  ];
  for (const file of files) {
    if (file !== undefined && existsSync(file)) readFile(readFileSync(file, "utf8"), settings);
  }
  for (const name of carried) {
    const value = variables[`PIP_${name === "timeout" ? "DEFAULT_TIMEOUT" : name.toUpperCase().replaceAll("-", "_")}`];
    if (value !== undefined && value !== "") settings.set(name, value);
  }
  // Drops URLs with credentials, because they must not be stored in an image.
  for (const [name, value] of settings) if (/:\/\/[^/\s]*@/.test(value)) settings.delete(name);
  return settings;
}

function readFile(text: string, settings: Map<string, string>): void {
  let section = "";
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\[(.+)\]\s*$/.exec(line)?.[1];
    const [, key, value = ""] = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    const more = /^\s+(\S.*)$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading;
      last = undefined;
    } else if (key !== undefined) {
      const name = key === "default-timeout" ? "timeout" : key;
      last = carried.includes(name) && ["global", "install"].includes(section) ? name : undefined;
      if (last !== undefined) settings.set(last, value.trim());
    } else if (more !== undefined && last !== undefined) {
      settings.set(last, `${settings.get(last)} ${more.trim()}`.trim());
    }
  }
}
