import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningFile } from "./process.ts";
import { type ProcessTable, processTable } from "./process-table.ts";

export interface AwaitRunningRequest {
  readonly runningFolder: string;
  readonly notice: (stack: string, text: string) => void;
  /** Told the id of each process that is waited for, so that an interrupt can reach it. */
  readonly onWait?: (pid: number) => void;
  readonly processes?: ProcessTable;
  readonly kill?: (pid: number) => void;
  readonly pollMilliseconds?: number;
}

/** These only read: there is nothing to wait for. */
const readOnly: ReadonlySet<string> = new Set(["plan", "show", "output", "state"]);

/** Waits for the Terraforms that a killed run left working, and ends the processes of those that were killed with it. */
export async function awaitRunning(request: AwaitRunningRequest): Promise<void> {
  const { runningFolder, notice, onWait, processes = processTable, kill = killHard, pollMilliseconds = 250 } = request;
  const files = existsSync(runningFolder) ? readdirSync(runningFolder).filter((name) => name.endsWith(".json")) : [];
  for (const file of files) {
    const path = join(runningFolder, file);
    const running = read(path);
    if (running !== undefined) {
      const { pid, started, command, stack, logPath } = running;
      const works = () => started !== "" && processes.startOf(pid) === started;
      if (works() && !readOnly.has(command)) {
        notice(stack, `waiting for the ${command} of ${stack} that an earlier run left working (log: ${logPath})`);
        onWait?.(pid);
        while (works()) await sleep(pollMilliseconds);
      }
      // When another process leads a group of this number, the old group is long gone.
      if (processes.startOf(pid) === undefined || works()) processes.groupMembers(pid).forEach(kill);
    }
    rmSync(path, { force: true });
  }
}

function read(path: string): RunningFile | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as RunningFile;
  } catch {
    return undefined; // the run was killed while it wrote the file; the process, if any, ends by itself
  }
}

function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone by itself
  }
}
