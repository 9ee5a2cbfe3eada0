import { appendFileSync } from "node:fs";
import type { Workspace } from "@slipway/local-aws";
import { type EntryEnd, startEntry } from "../test/start-entry.ts";

export interface EntryRun {
  readonly ended: Promise<EntryEnd>;
  /** To the whole process group. */
  readonly signal: (name: NodeJS.Signals) => void;
}

/** Starts `node apps/cli/slipway.js …` on the workspace as npm would; what it said is added to `logPath` when it has ended. */
export function runEntry({ root, home, port }: Workspace, args: readonly string[], logPath: string): EntryRun {
  const entry = startEntry({ root, home, port }, args);
  const ended = entry.ended.then((end) => {
    appendFileSync(logPath, `\n$ ${args.join(" ")}\n${end.output}\n`);
    return end;
  });
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-entry.pid, name);
    } catch {
      // Ended in between.
    }
  };
  return { ended, signal };
}
