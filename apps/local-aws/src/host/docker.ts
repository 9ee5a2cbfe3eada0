import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import type { SlipwayHome } from "../home.ts";
import { aptInstall } from "./apt.ts";
import { type Docker, dockerClient } from "./docker-client.ts";
import { type Host, thisHost } from "./host.ts";
import { identify, type ProcessIdentity } from "./processes.ts";

export interface EnsureDockerOptions {
  readonly log: (line: string) => void;
  /** Folder of all local state: the engine's log goes there. */
  readonly homeFolder: string;
  readonly host?: Host;
}

type EngineState = "answers" | "stopped" | "denied";

const again = "then run this again";
const installByHand = `install Docker Engine or Docker Desktop (https://docs.docker.com/get-docker), ${again}`;
const engineStartSeconds = 60;

/** Finds Docker; as root on Debian and Ubuntu it also installs and starts it. */
export async function ensureDocker({ log, homeFolder, host = thisHost() }: EnsureDockerOptions): Promise<Docker> {
  if (host.find("docker").length === 0) await install("docker (not found) must be installed", log, host);
  const [first] = host.find("docker");
  if (first === undefined) throw new Failure("docker (not found) must be on PATH", installByHand);

  const engine = await engineState(first, host);
  if (engine.state === "denied") {
    throw new Failure(
      "Docker's socket must allow this user",
      `run \`sudo usermod -aG docker $USER\`, log in again, ${again}`,
    );
  }
  if (engine.state === "stopped") await startEngine(first, engine.said, { log, homeFolder, host });
  return dockerClient(host);
}

async function engineState(docker: string, host: Host): Promise<{ state: EngineState; said: string }> {
  const answer = await host.run(docker, ["version", "--format", "{{.Server.Version}}"], { timeoutSeconds: 20 });
  if (answer.ok && answer.stdout.trim() !== "") return { state: "answers", said: "" };
  const said = answer.stderr.trim().split("\n").at(-1) ?? "";
  return { state: /permission denied/i.test(answer.stderr) ? "denied" : "stopped", said };
}

async function startEngine(
  docker: string,
  said: string,
  { log, homeFolder, host }: Required<EnsureDockerOptions>,
): Promise<void> {
  const elsewhere = host.variables.DOCKER_HOST;
  if (elsewhere !== undefined && elsewhere !== "") {
    throw new Failure(
      `DOCKER_HOST (${elsewhere}) must name a running engine`,
      `start it or unset the variable, ${again}`,
    );
  }
  if (!host.isRoot) {
    const command = host.find("systemctl").length > 0 ? "run `sudo systemctl start docker`" : "start Docker";
    throw new Failure(`Docker's engine must be running; ${command}, ${again}. docker said: ${said}`);
  }
  if (host.find("dockerd").length === 0) {
    await install("Docker's engine (dockerd, not found) must be installed", log, host);
    // The package starts the engine where there is a service manager.
    if (await isReadyWithin(5, docker, host)) return;
  }
  log("Starting Docker's engine");
  const logPath = join(homeFolder, "logs", "dockerd.log");
  const managed = await host.run("systemctl", ["is-system-running", "--quiet"]);
  if (managed.ok) await host.run("systemctl", ["start", "docker"]);
  else host.startDetached("dockerd", [], logPath);
  if (await isReadyWithin(engineStartSeconds, docker, host)) return;
  const where = managed.ok ? "`journalctl -u docker`" : logPath;
  throw new Failure(`Docker's engine must answer within ${engineStartSeconds} s`, `${where} says why it does not`, {
    logPath,
  });
}

async function install(what: string, log: (line: string) => void, host: Host): Promise<void> {
  if (!host.isDebian || !host.isRoot) {
    const command = host.isDebian ? `run \`sudo apt-get install --yes docker.io\`, ${again}` : installByHand;
    throw new Failure(what, command);
  }
  log("Installing Docker (apt-get install docker.io)");
  await aptInstall(["docker.io"], host);
}

async function isReadyWithin(seconds: number, docker: string, host: Host): Promise<boolean> {
  for (let tries = 0; tries < seconds * 2; tries += 1) {
    if ((await engineState(docker, host)).state === "answers") return true;
    await host.sleep(500);
  }
  return false;
}

/** The Docker engine that this SlipwayHome started, recognized by its log file. */
export function ownDockerEngine(home: SlipwayHome): ProcessIdentity | undefined {
  try {
    const pid = Number(readFileSync("/var/run/docker.pid", "utf8"));
    return readlinkSync(`/proc/${pid}/fd/1`) === home.path("logs", "dockerd.log") ? identify(pid) : undefined;
  } catch {
    return undefined;
  }
}
