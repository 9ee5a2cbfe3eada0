import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";

export async function isPortFree(port: number, address = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

/** The process that listens on a TCP port, as far as this user may look: "python3 (process 4711)". */
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

// Processes come and go while their files are read, and other users' are closed to us.
function attempt<T>(run: () => T, otherwise: T): T {
  try {
    return run();
  } catch {
    return otherwise;
  }
}
