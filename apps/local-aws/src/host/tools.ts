import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import type { SlipwayHome } from "../home.ts";
import { aptInstall } from "./apt.ts";
import { type Host, thisHost } from "./host.ts";

/** A program that its authors publish as a Go module. */
export interface GoTool {
  /** Path of its package: `github.com/nektos/act`. */
  readonly module: string;
  /** Exact version, with its `v`. */
  readonly version: string;
  /** Purpose, which completes "it is needed to …". */
  readonly purpose: string;
}

interface GoToolRequest {
  readonly home: SlipwayHome;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  readonly host?: Host;
}

const remedy = "install Go 1.25 or newer (https://go.dev/dl), then run this again";

/** Path of the program, which is built once per version into the cache. */
export async function ensureGoTool(tool: GoTool, request: GoToolRequest): Promise<string> {
  const { home, log, signal, host = thisHost(home.variables) } = request;
  const name = tool.module.split("/").at(-1) ?? tool.module;
  const folder = home.path("cache", `${name}-${tool.version}`);
  const path = join(folder, name);
  if (existsSync(path)) return path;
  const [go] = host.find("go");
  if (go === undefined) {
    throw new Failure(
      `go (not found) must be on PATH: ${name} is built with it, which is needed to ${tool.purpose}`,
      remedy,
    );
  }
  log(`go builds ${name} ${tool.version}, once`);
  // The tool is renamed into place, so that an interrupted build leaves no incomplete tool.
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    const variables = { GOBIN: unfinished };
    const built = await host.run(go, ["install", `${tool.module}@${tool.version}`], { variables, signal });
    if (!built.ok) throw buildFailed(`${tool.module}@${tool.version}`, built.stderr);
    if (!existsSync(path)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return path;
}

function buildFailed(what: string, said: string): Failure {
  if (/dial tcp|no such host|i\/o timeout|connection refused|network is unreachable/.test(said)) {
    return new Failure(
      `go install (${what}) must reach its module proxy`,
      "connect to the network or set your own with `go env -w GOPROXY=URL`, then run this again",
    );
  }
  if (/requires go >= |toolchain not available/.test(said))
    return new Failure(`go (too old for ${what}) must be newer`, remedy);
  return new Failure(`go install (${what}) must succeed; it said: ${said.trim().split("\n").at(-1)}`);
}

/** Path of act, which runs GitHub workflows locally. */
export const ensureAct = (request: GoToolRequest): Promise<string> =>
  ensureGoTool({ module: "github.com/nektos/act", version: "v0.2.89", purpose: "run the workflows" }, request);

/** Path of shellcheck, which is installed on Debian as root; elsewhere an error says how to install it. */
export async function ensureShellcheck(host: Host = thisHost()): Promise<string> {
  const [found] = host.find("shellcheck");
  if (found !== undefined) return found;
  await aptInstall(["shellcheck"], host);
  return host.find("shellcheck")[0] ?? "shellcheck";
}

/**
 * Path of Chromium, or of Chrome where that is installed, with certutil beside it for what it is to trust. Both are installed on Debian as
 * root; elsewhere an error says how to install them.
 */
export async function ensureChromium(host: Host = thisHost()): Promise<string> {
  const browsers = () => ["chromium", "chromium-browser", "google-chrome"].flatMap(host.find);
  const missing = [
    ...(browsers().length === 0 ? ["chromium"] : []),
    ...(host.find("certutil").length === 0 ? ["libnss3-tools"] : []),
  ];
  if (missing.length > 0) await aptInstall(missing, host);
  return browsers()[0] ?? "chromium";
}
