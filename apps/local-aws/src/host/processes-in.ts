import { readdirSync, readlinkSync } from "node:fs";
import { identify, type ProcessIdentity } from "./processes.ts";

/** Processes that work in `folder` or below it: what a killed run may have left behind. Empty where the system does not tell. */
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
