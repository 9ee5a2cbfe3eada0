import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { identify, isRunning, type ProcessIdentity } from "./process-identity.ts";

interface Holder extends ProcessIdentity {
  readonly command: string;
}

/** Lets one command at a time work on `folder`; a lock whose process is gone is taken over. Returns the release. */
export function takeLock(folder: string, command: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "lock");
  const self = identify(process.pid);
  if (self === undefined) throw new Error(`process ${process.pid} has no start time`);
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify({ ...self, command }), { flag: "wx" });
      return () => {
        if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readHolder(path);
    if (holder !== undefined && isRunning(holder)) {
      throw new Failure(
        `\`npm run ${holder.command}\` (process ${holder.pid}) must end first, it works on ${folder}; wait for it, or stop it with \`kill ${holder.pid}\`.`,
      );
    }
    rmSync(path, { force: true });
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
