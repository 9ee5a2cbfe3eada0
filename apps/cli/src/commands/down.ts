import { existsSync, readdirSync, rmSync } from "node:fs";
import { Failure } from "@slipway/core";
import {
  type Docker,
  dockerClient,
  findContainers,
  findLocalAws,
  isPortFree,
  knownInstanceIds,
  ownDockerEngine,
  portOwner,
  processesIn,
  removeContainers,
  type SlipwayHome,
  stopLocalAws,
  stopProcess,
  takeLock,
  thisHost,
} from "@slipway/local-aws";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { imagePrefix } from "../local/image.ts";
import { builtImages } from "../scenarios/github/built-images.ts";
import { runCommand } from "./run-command.ts";

export function downCommand(root: string): Command {
  return new Command("down")
    .description("remove everything that npm start made, caches aside")
    .action(() => runCommand({ name: "down", root, work: down }));
}

/** `npm run down`: removes every process, container, image and state of Slipway; downloads stay in the cache. */
async function down({ home, print }: CommandContext): Promise<void> {
  const release = takeLock(home.folder, "down");
  try {
    // Takes the lock of `npm test` too; it is removed together with its folder.
    takeLock(home.path("test"), "down");
    const running = await findLocalAws(home);
    const instanceIds = [
      ...new Set([...knownInstanceIds(home), ...(running === undefined ? [] : [running.instanceId])]),
    ];
    // Terraform is stopped first, so that it creates nothing during the clean-up.
    const left = ["local", "apps", "github"].flatMap((folder) => processesIn(home.path(folder)));
    for (const process of left) await stopProcess(process, 20);
    if (left.length > 0) print(`Terraform   ${left.length} processes of a killed run stopped`);
    print(`Local AWS   ${await stopLocalAws(home)}`);
    for (const process of processesIn(home.path("aws"))) await stopProcess(process, 5);

    const docker = await runningDocker();
    if (docker === undefined) print("Docker      does not run: no containers");
    else await cleanDocker(home, docker, instanceIds, print);
    const engine = ownDockerEngine(home);
    if (engine !== undefined) print(`Docker      engine that npm start started: ${await stopProcess(engine, 30)}`);

    removeState(home);
    print(`State       removed; downloads stay in ${home.path("cache")}`);
    if (!(await isPortFree(home.port))) {
      throw new Failure(
        `port ${home.port} must be free now, but ${portOwner(home.port)}, which is not ours, listens on it`,
        "stop that",
      );
    }
  } finally {
    release();
  }
}

async function runningDocker(): Promise<Docker | undefined> {
  const host = thisHost();
  if (host.find("docker").length === 0) return undefined;
  const docker = await dockerClient(host);
  return (await docker.attempt(["version", "--format", "{{.Server.Version}}"])).ok ? docker : undefined;
}

async function cleanDocker(
  home: SlipwayHome,
  docker: Docker,
  instanceIds: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  const removed = await removeContainers(docker, instanceIds);
  const left = await findContainers(docker, instanceIds);
  if (left.length > 0) {
    throw new Failure(
      `containers (${left.join(", ")}) must be removable`,
      `try \`docker rm --force ${left.join(" ")}\``,
    );
  }
  const format = "{{.Repository}} {{.Tag}} {{.Digest}}";
  const { stdout } = await docker.attempt(["image", "ls", "--digests", "--format", format]);
  const named = ownImageNames(stdout, [`${imagePrefix(home.id)}/`, `127.0.0.1:${home.port}/`]);
  const ours = [...named, ...builtImages.all(home)];
  if (ours.length > 0) await docker.attempt(["image", "rm", "--force", ...ours]);
  print(`Docker      ${removed} containers and ${ours.length} image names removed, base images stay`);
}

function removeState(home: SlipwayHome): void {
  if (!existsSync(home.folder)) return;
  for (const name of readdirSync(home.folder)) {
    if (name !== "cache" && name !== "lock") rmSync(home.path(name), { recursive: true, force: true });
  }
}

/**
 * Parses lines of repository, tag and digest and returns the names of images below one of `prefixes`. It returns no ids, because
 * two checkouts may share an image and removing it by id would remove both names.
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
