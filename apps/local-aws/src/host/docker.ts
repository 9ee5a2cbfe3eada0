import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import type { Workspace } from "../home.ts";
import { aptInstall } from "./apt.ts";
import { type Docker, dockerClient } from "./docker-client.ts";
import { type System, thisSystem } from "./host.ts";
import { identify, type ProcessIdentity } from "./processes.ts";

export interface EnsureDockerOptions {
  readonly log: (line: string) => void;
  /** Folder of all local state: the engine's log goes there. */
  readonly home: string;
  readonly system?: System;
}

type Engine = "answers" | "stopped" | "denied";

const again = "then run this again";
const installByHand = `install Docker Engine or Docker Desktop (https://docs.docker.com/get-docker), ${again}`;
const engineStartSeconds = 60;

/** Finds Docker; as root on Debian and Ubuntu it also installs and starts it. */
export async function ensureDocker({ log, home, system = thisSystem() }: EnsureDockerOptions): Promise<Docker> {
  if (system.find("docker").length === 0) await install("docker (not found) must be installed", log, system);
  const [first] = system.find("docker");
  if (first === undefined) throw new Failure("docker (not found) must be on PATH", installByHand);

  const engine = await askEngine(first, system);
  if (engine.state === "denied") {
    throw new Failure(
      "Docker's socket must allow this user",
      `run \`sudo usermod -aG docker $USER\`, log in again, ${again}`,
    );
  }
  if (engine.state === "stopped") await startEngine(first, engine.said, { log, home, system });
  return dockerClient(system);
}

async function askEngine(docker: string, system: System): Promise<{ state: Engine; said: string }> {
  const answer = await system.run(docker, ["version", "--format", "{{.Server.Version}}"], { timeoutSeconds: 20 });
  if (answer.ok && answer.stdout.trim() !== "") return { state: "answers", said: "" };
  const said = answer.stderr.trim().split("\n").at(-1) ?? "";
  return { state: /permission denied/i.test(answer.stderr) ? "denied" : "stopped", said };
}

async function startEngine(
  docker: string,
  said: string,
  { log, home, system }: Required<EnsureDockerOptions>,
): Promise<void> {
  const elsewhere = system.variables.DOCKER_HOST;
  if (elsewhere !== undefined && elsewhere !== "") {
    throw new Failure(
      `DOCKER_HOST (${elsewhere}) must name a running engine`,
      `start it or unset the variable, ${again}`,
    );
  }
  if (!system.isRoot) {
    const command = system.find("systemctl").length > 0 ? "run `sudo systemctl start docker`" : "start Docker";
    throw new Failure(`Docker's engine must be running; ${command}, ${again}. docker said: ${said}`);
  }
  if (system.find("dockerd").length === 0) {
    await install("Docker's engine (dockerd, not found) must be installed", log, system);
    // The package starts the engine where there is a service manager.
    if (await answersWithin(5, docker, system)) return;
  }
  log("Starting Docker's engine");
  const logPath = join(home, "logs", "dockerd.log");
  const managed = await system.run("systemctl", ["is-system-running", "--quiet"]);
  if (managed.ok) await system.run("systemctl", ["start", "docker"]);
  else system.startDetached("dockerd", [], logPath);
  if (await answersWithin(engineStartSeconds, docker, system)) return;
  const where = managed.ok ? "`journalctl -u docker`" : logPath;
  throw new Failure(`Docker's engine must answer within ${engineStartSeconds} s`, `${where} says why it does not`, {
    logPath,
  });
}

async function install(what: string, log: (line: string) => void, system: System): Promise<void> {
  if (!system.isDebian || !system.isRoot) {
    const command = system.isDebian ? `run \`sudo apt-get install --yes docker.io\`, ${again}` : installByHand;
    throw new Failure(what, command);
  }
  log("Installing Docker (apt-get install docker.io)");
  await aptInstall(["docker.io"], system);
}

async function answersWithin(seconds: number, docker: string, system: System): Promise<boolean> {
  for (let tries = 0; tries < seconds * 2; tries += 1) {
    if ((await askEngine(docker, system)).state === "answers") return true;
    await system.sleep(500);
  }
  return false;
}

/** Docker's engine if it was started from this workspace: its output goes to our log file. */
export function ownDockerEngine(workspace: Workspace): ProcessIdentity | undefined {
  try {
    const pid = Number(readFileSync("/var/run/docker.pid", "utf8"));
    return readlinkSync(`/proc/${pid}/fd/1`) === workspace.path("logs", "dockerd.log") ? identify(pid) : undefined;
  } catch {
    return undefined;
  }
}
