import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningFile, TerraformCommand } from "./process.ts";
import { processTable } from "./process-table.ts";

const changing: readonly TerraformCommand[] = ["apply", "destroy", "import"];

/** The Terraform of this machine that changes a stack right now, by the note that its run left. */
export function findRunning(
  runningFolder: string,
  stack: string,
  startOf: (pid: number) => string | undefined = processTable.startOf,
): RunningFile | undefined {
  return changing
    .map((command) => join(runningFolder, `${stack}.${command}.json`))
    .filter((path) => existsSync(path))
    .map(read)
    .find((note) => note !== undefined && note.started !== "" && startOf(note.pid) === note.started);
}

function read(path: string): RunningFile | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as RunningFile;
  } catch {
    return undefined; // just being written, or gone
  }
}
