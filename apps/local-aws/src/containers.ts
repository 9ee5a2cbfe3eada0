import type { Docker } from "./host/docker.ts";

/** Containers that tasks of these incarnations of the local AWS run in, stopped ones included. */
export async function findContainers(docker: Docker, incarnations: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const incarnation of incarnations) {
    const { stdout } = await docker.attempt(["ps", "--all", "--quiet", "--filter", `label=slipway=${incarnation}`]);
    found.push(...stdout.split("\n").filter((id) => id !== ""));
  }
  return found;
}

/** Removes them and tells how many there were. */
export async function removeContainers(docker: Docker, incarnations: readonly string[]): Promise<number> {
  const ids = await findContainers(docker, incarnations);
  if (ids.length > 0) await docker.attempt(["rm", "--force", "--volumes", ...ids]);
  return ids.length;
}
