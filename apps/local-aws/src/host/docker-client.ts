import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "@slipway/core";
import { dockerfileBases } from "./dockerfile-bases.ts";
import type { Host, RunOptions, RunResult } from "./host.ts";

/** How a Docker client builds images. */
export interface Builder {
  readonly path: string;
  readonly kind: "buildx" | "built-in" | "legacy";
  readonly variables: Readonly<Record<string, string>>;
}

/** Chooses Docker clients by capability, because the first on PATH may be a newer one without the buildx plugin. */
export async function dockerClient(host: Host): Promise<Docker> {
  const [path = "docker"] = host.find("docker");
  const builder = await chooseBuilder(host);
  const attempt = (args: readonly string[], options?: RunOptions) => host.run(path, args, options);
  const exec = async (args: readonly string[], options?: RunOptions): Promise<string> => {
    const result = await attempt(args, options);
    if (result.ok) return result.stdout;
    const said = result.stderr
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^Error response from daemon: /, "");
    throw new Failure(`docker ${args.slice(0, 2).join(" ")} must succeed; it said: ${said}`);
  };
  const build: Docker["build"] = (request) => dockerBuild(request, { builder, attempt, host });
  return { path, buildkit: builder.kind !== "legacy", build, exec, attempt };
}

async function chooseBuilder(host: Host): Promise<Builder> {
  const clients = host.find("docker");
  for (const path of clients) {
    if ((await host.run(path, ["buildx", "version"])).ok) {
      const context = await host.run(path, ["context", "show"]);
      return {
        path,
        kind: "buildx",
        variables: {
          // The docker-container driver cannot see the engine's images.
          BUILDX_BUILDER: (context.ok && context.stdout.trim()) || "default",
          // An attestation would turn the image into an image index with another digest.
          BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
        },
      };
    }
    const version = await host.run(path, ["version", "--format", "{{.Client.Version}}"]);
    const major = Number.parseInt(version.stdout, 10);
    // From 18.09 to 22 BuildKit's client is built in; later ones need the plugin.
    if (major >= 18 && major < 23) return { path, kind: "built-in", variables: { DOCKER_BUILDKIT: "1" } };
  }
  return { path: clients[0] ?? "docker", kind: "legacy", variables: { DOCKER_BUILDKIT: "0" } };
}

interface Tools {
  readonly builder: Builder;
  readonly attempt: Docker["attempt"];
  readonly host: Host;
}

const proxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

export async function dockerBuild(request: DockerBuild, tools: Tools): Promise<void> {
  const { builder, host } = tools;
  const named = request.dockerfile ?? join(request.context, "Dockerfile");
  const scratch = mkdtempSync(join(tmpdir(), "slipway-build-"));
  try {
    const dockerfile = await buildableDockerfile(named, scratch, tools);
    const result = await host.run(builder.path, buildArguments(request, dockerfile, tools), {
      variables: builder.variables,
      ...(request.onLine === undefined ? {} : { onLine: request.onLine }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const output = `${result.stdout}\n${result.stderr}`.trim();
    if (request.logPath !== undefined) {
      mkdirSync(dirname(request.logPath), { recursive: true });
      writeFileSync(request.logPath, `${output}\n`);
    }
    if (!result.ok)
      throw new Failure(`docker build (${named}) must succeed; it said: ${reason(output)}`, undefined, {
        logPath: request.logPath,
      });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function buildArguments(request: DockerBuild, dockerfile: string, { builder, host }: Tools): string[] {
  const pairs = (flag: string, values: Readonly<Record<string, string>> = {}) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  // Docker predefines these build arguments and does not store them in the image. A container cannot reach a proxy
  // on the host's loopback.
  const reachable = proxyVariables.flatMap((name) => {
    const value = host.variables[name];
    return value === undefined || value === "" || /localhost|127\.0\.0\.1|\[::1\]/.test(value) ? [] : [[name, value]];
  });
  return [
    "build",
    ...["--file", dockerfile, "--tag", request.tag],
    ...(builder.kind === "legacy" ? [] : ["--progress", "plain"]),
    ...(builder.kind === "buildx" ? ["--load"] : []),
    ...(request.target === undefined ? [] : ["--target", request.target]),
    ...(request.platform === undefined ? [] : ["--platform", request.platform]),
    ...pairs("--build-arg", { ...Object.fromEntries(reachable), ...request.buildArgs }),
    ...pairs("--label", request.labels),
    request.context,
  ];
}

/**
 * Returns the Dockerfile, or a copy without its `# syntax=` line if that image cannot be pulled. The built-in
 * frontend knows all but the newest instructions.
 */
async function buildableDockerfile(dockerfile: string, scratch: string, tools: Tools): Promise<string> {
  if (!existsSync(dockerfile)) {
    throw new Failure(`Dockerfile (${dockerfile}) must exist`, "add one that starts the app, or name its folder");
  }
  const text = readFileSync(dockerfile, "utf8");
  const { syntax } = dockerfileBases(text);
  if (syntax === undefined || tools.builder.kind === "legacy") return dockerfile;
  if ((await tools.attempt(["image", "inspect", syntax])).ok) return dockerfile;
  if ((await tools.attempt(["pull", "--quiet", syntax])).ok) return dockerfile;
  const copy = join(scratch, "Dockerfile");
  writeFileSync(copy, text.replace(/^(\s*)#\s*syntax\s*=.*$/im, "$1#"));
  // Docker reads the ignore file beside the Dockerfile.
  const ignore = `${dockerfile}.dockerignore`;
  if (existsSync(ignore)) writeFileSync(`${copy}.dockerignore`, readFileSync(ignore));
  return copy;
}

/** The most relevant line of a failed build: the error of the failed step rather than the builder's own error. */
function reason(output: string): string {
  const lines = output.split("\n").map((line) => line.trim().replace(/^#\d+ (?:[\d.]+ )?/, ""));
  const said = lines.filter((line) => /^(\w*error|fatal|failed)\b/i.test(line));
  const own = said.filter((line) => !/executor failed|did not complete successfully|failed to solve/i.test(line));
  return (own.at(-1) ?? said.at(-1) ?? lines.at(-1) ?? "nothing").slice(0, 400);
}

/** A client that reaches a running engine. */
export interface Docker {
  /** The first `docker` on PATH that works, for everything but builds. */
  readonly path: string;
  /** Whether builds are done by BuildKit; a client without it still builds plain Dockerfiles. */
  readonly buildkit: boolean;
  /** Builds an image; fails with one sentence. */
  readonly build: (build: DockerBuild) => Promise<void>;
  /** Runs `docker` and gives what it printed; fails with one sentence. */
  readonly exec: (args: readonly string[], options?: RunOptions) => Promise<string>;
  /** Runs `docker` and returns its result. */
  readonly attempt: (args: readonly string[], options?: RunOptions) => Promise<RunResult>;
}

export interface DockerBuild {
  readonly context: string;
  /** @default Dockerfile in the context */
  readonly dockerfile?: string;
  readonly tag: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
  /** @default the host's */
  readonly platform?: string;
  /** File for the whole output of the build, overwritten by each build. */
  readonly logPath?: string;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}
