import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { npmCommand } from "../home.ts";
import { identify, isRunning, type ProcessIdentity } from "./processes.ts";

/** Locks `folder` for one command and returns the function that releases it. The lock of a dead process is replaced. */
export function takeLock(folder: string, command: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "lock");
  const self = identify(process.pid);
  if (self === undefined) throw new Error(`process ${process.pid} has no start time`);
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify({ ...self, command }), { flag: "wx" });
      return () => {
        if (lockHolder(folder)?.pid === process.pid) rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = lockHolder(folder);
    if (holder !== undefined) {
      throw new Failure(
        `\`${npmCommand(holder.command)}\` (process ${holder.pid}) must end first, it works on ${folder}`,
        `wait for it, or stop it with \`kill ${holder.pid}\``,
      );
    }
    rmSync(path, { force: true });
  }
}

export interface LockHolder extends ProcessIdentity {
  readonly command: string;
}

/** The running command that holds the lock of `folder`. */
export function lockHolder(folder: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(readFileSync(join(folder, "lock"), "utf8")) as LockHolder;
    return isRunning(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}
