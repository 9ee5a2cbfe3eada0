import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "../workspace.ts";

export interface EntryRun {
  /** Undefined while it runs, and when a signal ended it. */
  readonly exitCode: () => number | undefined;
  /** Title of the step it was in last. */
  readonly step: () => string;
  readonly ended: Promise<void>;
  /** To the whole process group. */
  readonly signal: (name: NodeJS.Signals) => void;
}

/** Starts `node apps/local/start.js …` as a user would, in a process group of its own; its output is added to `logPath`. */
export function runEntry(workspace: Workspace, args: readonly string[], logPath: string): EntryRun {
  const log = createWriteStream(logPath, { flags: "a" });
  log.write(`\n$ ${args.join(" ")}\n`);
  const child = spawn(process.execPath, [join(workspace.root, "apps/local/start.js"), ...args], {
    cwd: workspace.root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CI: "true",
      SLIPWAY_HOME: workspace.home,
      SLIPWAY_GATEWAY_PORT: String(workspace.port),
    },
  });
  let step = "its very start";
  let exitCode: number | undefined;
  const take = (data: Buffer) => {
    log.write(data);
    for (const [, title] of String(data).matchAll(/^❯ (.+)$/gm)) step = title ?? step;
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    // Not "close": what it started may hold its pipes open.
    child.once("exit", (code) => {
      exitCode = code ?? undefined;
      resolve();
    });
  });
  return {
    exitCode: () => exitCode,
    step: () => step,
    ended,
    signal: (name) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // Ended in between.
      }
    },
  };
}
