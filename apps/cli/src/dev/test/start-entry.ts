import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface EntryHome {
  /** Root folder of the repository. */
  readonly root: string;
  readonly folder: string;
  readonly port: number;
}

export interface Entry {
  readonly pid: number;
  /** Its output so far. */
  readonly output: () => string;
  /** Waits until the output contains `text`; fails if the process ends before. */
  readonly waitForOutput: (text: string) => Promise<void>;
  readonly ended: Promise<EntryEnd>;
}

export interface EntryEnd {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** Starts `node apps/cli/slipway.js …` as npm would, with a home and a port of its own. */
export function startEntry(home: EntryHome, args: readonly string[], variables: Record<string, string> = {}): Entry {
  const started = performance.now();
  const { NODE_OPTIONS: _, JEST_WORKER_ID: __, ...rest } = process.env;
  const child = spawn(process.execPath, [join(home.root, "apps/cli/slipway.js"), ...args], {
    cwd: home.root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...rest,
      CI: "true",
      NODE_ENV: "",
      SLIPWAY_HOME: home.folder,
      SLIPWAY_GATEWAY_PORT: String(home.port),
      ...variables,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  let over = false;
  const ended = new Promise<EntryEnd>((resolve, reject) => {
    child.once("error", reject);
    // "close" may never come, because child processes may keep the pipes open.
    child.once("exit", async (code) => {
      over = true;
      await sleep(100);
      resolve({ code, output, seconds: (performance.now() - started) / 1000 });
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    async waitForOutput(text) {
      while (!output.includes(text)) {
        if (over) throw new Error(`it ended without saying ${JSON.stringify(text)}:\n${output.slice(-3000)}`);
        await sleep(50);
      }
    },
  };
}
