import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning, type ProcessIdentity } from "./processes.ts";

export interface LockHolder extends ProcessIdentity {
  readonly command: string;
}

/** The command that works on `folder` now. */
export function lockHolder(folder: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(readFileSync(join(folder, "lock"), "utf8")) as LockHolder;
    return isRunning(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}
