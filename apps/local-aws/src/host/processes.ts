import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A process id with its start time, which distinguishes it from a later process with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** Start time of a process; undefined if there is no such process or it is a zombie. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    // No /proc: macOS.
  }
  try {
    process.kill(pid, 0);
    return (
      execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { stdio: ["ignore", "pipe", "ignore"] })
        .toString()
        .trim() || undefined
    );
  } catch {
    return undefined;
  }
}

export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Processes with their working directory in `folder` or below, for example those of a killed run. Empty without /proc. */
export function processesIn(folder: string): readonly ProcessIdentity[] {
  return numbers("/proc").flatMap((pid) => {
    const cwd = link(`/proc/${pid}/cwd`);
    if (pid === process.pid || (cwd !== folder && !cwd.startsWith(`${folder}/`))) return [];
    return identify(pid) ?? [];
  });
}

function numbers(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Sends SIGTERM, then SIGKILL after `patienceSeconds`; returns how the process ended. */
export async function stopProcess(
  identity: ProcessIdentity,
  patienceSeconds: number,
): Promise<"was gone" | "stopped" | "killed"> {
  if (!isRunning(identity)) return "was gone";
  signal(identity, "SIGTERM");
  const deadline = Date.now() + patienceSeconds * 1000;
  while (Date.now() < deadline) {
    if (!isRunning(identity)) return "stopped";
    await sleep(50);
  }
  signal(identity, "SIGKILL");
  while (isRunning(identity)) await sleep(20);
  return "killed";
}

function signal({ pid }: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone in between.
  }
}

export async function isPortFree(port: number, address = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

/** The process that listens on a TCP port, if this user may see it: "python3 (process 4711)". */
export function portOwner(port: number): string {
  const inodes = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningInodes(table, port)));
  for (const pid of listFolder("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const fd of listFolder(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) return `${nameOf(pid)} (process ${pid})`;
    }
  }
  return "another process";
}

function listeningInodes(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return read(table)
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === "0A")
    .flatMap((fields) => fields[9] ?? []);
}

const nameOf = (pid: string) => read(`/proc/${pid}/comm`).trim() || "a process";
const read = (path: string) => attempt(() => readFileSync(path, "utf8"), "");
const readLink = (path: string) => attempt(() => readlinkSync(path), "");
const listFolder = (path: string) => attempt(() => readdirSync(path), []);

// Processes may end while /proc is read, and those of other users are not readable.
function attempt<T>(run: () => T, otherwise: T): T {
  try {
    return run();
  } catch {
    return otherwise;
  }
}
