import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ActionFailure } from "@slipway/core";
import { execa } from "execa";

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
