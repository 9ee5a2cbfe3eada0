import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "@slipway/core";
import type { Docker, DockerBuild } from "./docker.ts";
import type { Builder } from "./docker-client.ts";
import { dockerfileBases } from "./dockerfile-bases.ts";
import type { System } from "./host.ts";

interface Tools {
  readonly builder: Builder;
  readonly attempt: Docker["attempt"];
  readonly system: System;
}

const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

export async function dockerBuild(request: DockerBuild, tools: Tools): Promise<void> {
  const { builder, system } = tools;
  const named = request.dockerfile ?? join(request.context, "Dockerfile");
  const scratch = mkdtempSync(join(tmpdir(), "slipway-build-"));
  try {
    const dockerfile = await buildableDockerfile(named, scratch, tools);
    const result = await system.run(builder.path, buildArguments(request, dockerfile, tools), {
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

function buildArguments(request: DockerBuild, dockerfile: string, { builder, system }: Tools): string[] {
  const pairs = (flag: string, values: Readonly<Record<string, string>> = {}) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  // Docker knows these names without an ARG and keeps them out of the image. A proxy on this machine's loopback is
  // out of a container's reach.
  const reachable = proxies.flatMap((name) => {
    const value = system.variables[name];
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
 * The Dockerfile itself, or a copy without its `# syntax=` line when the image that the line names cannot be had: the
 * builder's own parser knows all but the newest instructions.
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
  // The builder looks for it beside the Dockerfile.
  const ignore = `${dockerfile}.dockerignore`;
  if (existsSync(ignore)) writeFileSync(`${copy}.dockerignore`, readFileSync(ignore));
  return copy;
}

/** The line of a long output that says what went wrong: what a failed step said itself, before the builder's verdict. */
function reason(output: string): string {
  const lines = output.split("\n").map((line) => line.trim().replace(/^#\d+ (?:[\d.]+ )?/, ""));
  const said = lines.filter((line) => /^(\w*error|fatal|failed)\b/i.test(line));
  const own = said.filter((line) => !/executor failed|did not complete successfully|failed to solve/i.test(line));
  return (own.at(-1) ?? said.at(-1) ?? lines.at(-1) ?? "nothing").slice(0, 400);
}
