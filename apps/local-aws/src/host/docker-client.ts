import { Failure } from "@slipway/core";
import type { Docker } from "./docker.ts";
import { dockerBuild } from "./docker-build.ts";
import type { RunOptions, System } from "./host.ts";

/** How a client builds, if it can by BuildKit. */
export interface Builder {
  readonly path: string;
  readonly kind: "buildx" | "built-in" | "legacy";
  readonly variables: Readonly<Record<string, string>>;
}

/** Chooses clients by what they can do: the first on PATH may well be a newer one that lacks the builder's plugin. */
export async function dockerClient(system: System): Promise<Docker> {
  const [path = "docker"] = system.find("docker");
  const builder = await chooseBuilder(system);
  const attempt = (args: readonly string[], options?: RunOptions) => system.run(path, args, options);
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
  const build: Docker["build"] = (request) => dockerBuild(request, { builder, attempt, system });
  return { path, buildkit: builder.kind !== "legacy", build, exec, attempt };
}

async function chooseBuilder(system: System): Promise<Builder> {
  const clients = system.find("docker");
  for (const path of clients) {
    if ((await system.run(path, ["buildx", "version"])).ok) {
      const context = await system.run(path, ["context", "show"]);
      return {
        path,
        kind: "buildx",
        variables: {
          // A builder in a container of its own would see none of the engine's images.
          BUILDX_BUILDER: (context.ok && context.stdout.trim()) || "default",
          // An attestation makes an index out of the image, and its digest another one.
          BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
        },
      };
    }
    const version = await system.run(path, ["version", "--format", "{{.Client.Version}}"]);
    const major = Number.parseInt(version.stdout, 10);
    // From 18.09 to 22 BuildKit's client is built in; later ones need the plugin.
    if (major >= 18 && major < 23) return { path, kind: "built-in", variables: { DOCKER_BUILDKIT: "1" } };
  }
  return { path: clients[0] ?? "docker", kind: "legacy", variables: { DOCKER_BUILDKIT: "0" } };
}
