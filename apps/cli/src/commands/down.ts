import { existsSync, readdirSync, rmSync } from "node:fs";
import { Failure } from "@slipway/core";
import {
  type Docker,
  dockerClient,
  findContainers,
  findLocalAws,
  isPortFree,
  knownIncarnations,
  ownDockerEngine,
  portOwner,
  processesIn,
  removeContainers,
  stopLocalAws,
  stopProcess,
  takeLock,
  thisSystem,
  type Workspace,
} from "@slipway/local-aws";
import type { CommandContext } from "../command-context.ts";
import { imagePrefix } from "../local/image.ts";
import { builtImages } from "../scenarios/github/built-images.ts";

/** `npm run down`: no process, container, image or port of ours is left; what was downloaded stays. */
export async function down({ workspace }: CommandContext): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const release = takeLock(workspace.home, "down");
  try {
    // `npm test` has a lock of its own, in the folder that goes with all the rest; that lock goes with it.
    takeLock(workspace.path("test"), "down");
    const running = await findLocalAws(workspace);
    const incarnations = [
      ...new Set([...knownIncarnations(workspace), ...(running === undefined ? [] : [running.incarnation])]),
    ];
    // First, so that nothing is made any more while the rest goes.
    const left = ["local", "apps", "pull-request", "github"].flatMap((folder) => processesIn(workspace.path(folder)));
    for (const process of left) await stopProcess(process, 20);
    if (left.length > 0) say(`Terraform   ${left.length} processes of a killed run stopped`);
    say(`Local AWS   ${await stopLocalAws(workspace)}`);
    for (const process of processesIn(workspace.path("aws"))) await stopProcess(process, 5);

    const docker = await engineThatRuns();
    if (docker === undefined) say("Docker      does not run: no containers");
    else await cleanDocker(workspace, docker, incarnations, say);
    const engine = ownDockerEngine(workspace);
    if (engine !== undefined) say(`Docker      engine that npm start started: ${await stopProcess(engine, 30)}`);

    removeState(workspace);
    say(`State       removed; downloads stay in ${workspace.path("cache")}`);
    if (!(await isPortFree(workspace.port))) {
      throw new Failure(
        `port ${workspace.port} must be free now, but ${portOwner(workspace.port)}, which is not ours, listens on it`,
        "stop that",
      );
    }
  } finally {
    release();
  }
}

async function engineThatRuns(): Promise<Docker | undefined> {
  const system = thisSystem();
  if (system.find("docker").length === 0) return undefined;
  const docker = await dockerClient(system);
  return (await docker.attempt(["version", "--format", "{{.Server.Version}}"])).ok ? docker : undefined;
}

async function cleanDocker(
  workspace: Workspace,
  docker: Docker,
  incarnations: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const removed = await removeContainers(docker, incarnations);
  const left = await findContainers(docker, incarnations);
  if (left.length > 0) {
    throw new Failure(
      `containers (${left.join(", ")}) must be removable`,
      `try \`docker rm --force ${left.join(" ")}\``,
    );
  }
  const format = "{{.Repository}} {{.Tag}} {{.Digest}}";
  const { stdout } = await docker.attempt(["image", "ls", "--digests", "--format", format]);
  const named = ownImageNames(stdout, [`${imagePrefix(workspace.id)}/`, `127.0.0.1:${workspace.port}/`]);
  const ours = [...named, ...builtImages.all(workspace)];
  if (ours.length > 0) await docker.attempt(["image", "rm", "--force", ...ours]);
  say(`Docker      ${removed} containers and ${ours.length} image names removed, base images stay`);
}

function removeState(workspace: Workspace): void {
  if (!existsSync(workspace.home)) return;
  for (const name of readdirSync(workspace.home)) {
    if (name !== "cache" && name !== "lock") rmSync(workspace.path(name), { recursive: true, force: true });
  }
}

/**
 * Reads lines of repository, tag and digest: names of images below one of `prefixes`. Never ids: two checkouts that built the same content share the image, and removing it by id
 * would take the other's name along.
 */
export function ownImageNames(listing: string, prefixes: readonly string[]): readonly string[] {
  const names = listing.split("\n").flatMap((line) => {
    const [repository = "", tag = "", digest = ""] = line.trim().split(" ");
    if (!prefixes.some((prefix) => repository.startsWith(prefix))) return [];
    if (tag !== "<none>") return `${repository}:${tag}`;
    return digest === "<none>" || digest === "" ? [] : `${repository}@${digest}`;
  });
  return [...new Set(names)];
}
