import { readFileSync, readlinkSync } from "node:fs";
import type { Workspace } from "../home.ts";
import { identify, type ProcessIdentity } from "./processes.ts";

/** Docker's engine if it was started from this workspace: its output goes to our log file. */
export function ownDockerEngine(workspace: Workspace): ProcessIdentity | undefined {
  try {
    const pid = Number(readFileSync("/var/run/docker.pid", "utf8"));
    return readlinkSync(`/proc/${pid}/fd/1`) === workspace.path("logs", "dockerd.log") ? identify(pid) : undefined;
  } catch {
    return undefined;
  }
}
