import { ActionFailure } from "@slipway/core";
import type { DockerClient } from "./docker.ts";

export interface LocalImage {
  /** The digest of the image's configuration; with containerd's image store, of its manifest or index. */
  readonly id: string;
  readonly platform: string;
  readonly ports: readonly string[];
  /** Digests under which a registry already knows the image. */
  readonly repositoryDigests: readonly string[];
  readonly bytes: number;
}

/** Looks at the built image, and whether it listens where the task expects it. */
export async function localImage(
  docker: DockerClient,
  image: string,
  expectedPort: number | undefined,
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
  const ports = Object.keys(inspected.Config?.ExposedPorts ?? {});
  if (expectedPort !== undefined && !ports.includes(`${expectedPort}/tcp`)) {
    const exposed = ports.length === 0 ? "exposes none" : `exposes ${ports.join(", ")}`;
    throw new ActionFailure(
      "port-not-exposed",
      `Image (${image}) must expose port ${expectedPort}, on which the task is asked; it ${exposed}`,
      `add \`EXPOSE ${expectedPort}\` to the Dockerfile and listen there, or change the service's port`,
    );
  }
  return {
    id: inspected.Id,
    platform: `${inspected.Os}/${inspected.Architecture}`,
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
