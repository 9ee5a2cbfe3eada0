import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { ActionFailure, type Log } from "@slipway/core";
import { execa } from "execa";
import { type Repository, registryImages } from "./registry.ts";

export interface DockerResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** The last lines of the error output. */
  readonly error: string;
}

export interface DockerClient {
  run(args: readonly string[], stdin?: string): Promise<DockerResult>;
  /** Runs the work with an empty DOCKER_CONFIG, so that a login leaves nothing behind. */
  withLogin<T>(work: (docker: DockerClient) => Promise<T>): Promise<T>;
}

/** Drives the `docker` on PATH. */
export async function dockerClient(dockerHost: string | undefined, signal: AbortSignal): Promise<DockerClient> {
  const client = (environment: Record<string, string>): DockerClient => ({
    run: (args, stdin) => call(args, stdin, environment, signal),
    async withLogin(work) {
      const folder = await mkdtemp(join(tmpdir(), "docker-config-"));
      try {
        return await work(client({ ...environment, DOCKER_CONFIG: folder }));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  });
  // A context is chosen in the user's docker configuration, which `withLogin` hides: name its host instead.
  const context = dockerHost
    ? undefined
    : await call(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"], undefined, {}, signal);
  return client(context?.ok && context.stdout !== "" ? { DOCKER_HOST: context.stdout } : {});
}

async function call(
  args: readonly string[],
  stdin: string | undefined,
  env: Record<string, string>,
  cancelSignal: AbortSignal,
): Promise<DockerResult> {
  const result = await execa("docker", args, { reject: false, env, cancelSignal, input: stdin ?? "" });
  if (result.isCanceled) {
    throw new ActionFailure(
      "interrupted",
      `Interrupted during \`docker ${args[0]}\``,
      "run again: what was pushed already is not pushed twice",
    );
  }
  if (result.code === "ENOENT") {
    throw new ActionFailure(
      "docker-unavailable",
      "`docker` (not on PATH) must be installed",
      "use a runner with docker",
    );
  }
  if (
    result.failed &&
    /cannot connect to the docker daemon|error during connect|permission denied .*docker/i.test(result.stderr)
  ) {
    const text = lastLines(result.stderr, 1);
    throw new ActionFailure(
      "docker-unavailable",
      `The docker engine must be running and open to this user (${text})`,
      "start it, or use a runner with docker",
    );
  }
  return {
    ok: !result.failed,
    stdout: result.stdout.trim(),
    error: lastLines(result.stderr || (result.shortMessage ?? ""), 5),
  };
}

function lastLines(text: string, count: number): string {
  return text.trim().split("\n").slice(-count).join(" ").trim();
}

interface Clients {
  readonly ecr: ECRClient;
  readonly docker: DockerClient;
  readonly log: Log;
}

export interface DockerPush {
  readonly image: string;
  readonly repository: Repository;
  readonly tag: string;
}

/** Logs in by standard input, pushes one tag and forgets the login. */
export async function dockerPush({ image, repository, tag }: DockerPush, { ecr, docker, log }: Clients): Promise<void> {
  // Deprecated for tokens, but the only way to learn another account's registry host.
  const command = new GetAuthorizationTokenCommand(
    repository.registryId ? { registryIds: [repository.registryId] } : {},
  );
  const token = (await ecr.send(command)).authorizationData?.[0];
  const [user = "", password = ""] = Buffer.from(token?.authorizationToken ?? "", "base64")
    .toString()
    .split(":");
  if (password !== "") log.mask(password);
  const host = new URL(token?.proxyEndpoint ?? "http://unknown").host;
  const target = `${host}/${repository.name}:${tag}`;

  await docker.withLogin(async (session) => {
    const login = await session.run(["login", "--username", user, "--password-stdin", host], password);
    if (!login.ok) {
      throw new ActionFailure(
        "login-failed",
        `Registry ${host} refused the login (${login.error})`,
        "check that the engine reaches the registry, then run again",
      );
    }
    const tagged = await session.run(["tag", image, target]);
    if (!tagged.ok)
      throw new ActionFailure("push-failed", `docker could not tag ${target} (${tagged.error})`, "run again");
    log.info(`Pushing ${target}`);
    const pushed = await session.run(["push", target]);
    await session.run(["image", "rm", "--no-prune", target]);
    // A push that lost a race against another run of the same build is judged by what the tag points at now.
    if (!pushed.ok && (await registryImages(ecr, repository, [tag])).length === 0) {
      throw new ActionFailure(
        "push-failed",
        `docker could not push ${target} (${pushed.error})`,
        "run again; if it stays, check the push permissions in this action's README",
      );
    }
  });
}

export interface LocalImage {
  /** The digest of the image's configuration; with containerd's image store, of its manifest or index. */
  readonly id: string;
  readonly platform: string;
  readonly ports: readonly string[];
  /** Digests under which a registry already knows the image. */
  readonly repositoryDigests: readonly string[];
  readonly bytes: number;
}

/** Looks at the built image, and whether it runs where the task expects it. */
export async function localImage(
  docker: DockerClient,
  image: string,
  { expectedPlatform }: { readonly expectedPlatform: string },
): Promise<LocalImage> {
  const result = await docker.run(["image", "inspect", image]);
  if (!result.ok) {
    throw new ActionFailure(
      "image-not-found",
      `Image (${image}) must exist in the local docker (${result.error})`,
      "build it in an earlier step, with `load: true` if buildx builds it",
    );
  }
  const [inspected] = JSON.parse(result.stdout) as [DockerImage];
  const platform = `${inspected.Os}/${inspected.Architecture}`;
  if (expectedPlatform !== "" && platform !== expectedPlatform) {
    throw new ActionFailure(
      "platform-mismatch",
      `Image (${image}) must be built for ${expectedPlatform}, which the services run on; it is for ${platform}`,
      `build it with \`--platform ${expectedPlatform}\`, or change the services' architecture`,
    );
  }
  const ports = Object.keys(inspected.Config?.ExposedPorts ?? {});
  return {
    id: inspected.Id,
    platform,
    ports,
    repositoryDigests: (inspected.RepoDigests ?? []).map((reference) => reference.split("@")[1] ?? ""),
    bytes: inspected.Size,
  };
}

interface DockerImage {
  Id: string;
  Os: string;
  Architecture: string;
  Size: number;
  RepoDigests?: string[] | null;
  Config?: { ExposedPorts?: Record<string, unknown> | null } | null;
}
