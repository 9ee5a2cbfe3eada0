import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Variables } from "@slipway/core";
import { processTable } from "./process-table.ts";

export type TerraformCommand =
  | "init"
  | "plan"
  | "apply"
  | "destroy"
  | "import"
  | "force-unlock"
  | "show"
  | "output"
  | "state";

export interface TerraformRequest {
  readonly terraform: string;
  readonly args: readonly string[];
  readonly command: TerraformCommand;
  readonly stack: string;
  readonly workingFolder: string;
  readonly variables: Variables;
  readonly logPath: string;
  /** Folder for the files that tell a later run what still works. */
  readonly runningFolder: string;
  readonly onLine?: (line: string) => void;
}

export interface TerraformProcess {
  readonly pid: number;
  readonly finished: Promise<TerraformEnd>;
}

export interface TerraformEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly lines: readonly string[];
}

/** What `<running>/<stack>.<command>.json` holds. */
export interface RunningFile {
  readonly pid: number;
  readonly started: string;
  readonly command: TerraformCommand;
  readonly stack: string;
  readonly logPath: string;
}

/**
 * Starts Terraform in a session of its own that writes to a file: neither Ctrl-C in the terminal nor the death of this
 * process reaches it, so it is never cut off between creating something and writing it down.
 */
export function startTerraform(request: TerraformRequest): TerraformProcess {
  const { terraform, args, command, stack, workingFolder, variables, logPath, runningFolder } = request;
  for (const folder of [dirname(logPath), runningFolder]) mkdirSync(folder, { recursive: true });
  const file = openSync(logPath, "w", 0o600);
  const child = spawn(terraform, args, {
    cwd: workingFolder,
    env: variables as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["ignore", file, file],
  });
  closeSync(file);
  const note = join(runningFolder, `${stack}.${command}.json`);
  const pid = child.pid ?? 0;
  const started = processTable.startOf(pid) ?? "";
  writeFileSync(note, JSON.stringify({ pid, started, command, stack, logPath } satisfies RunningFile));
  const tail = follow(logPath, request.onLine ?? (() => undefined));
  const finished = new Promise<TerraformEnd>((resolve, reject) => {
    child.once("error", (error) => {
      tail.end();
      rmSync(note, { force: true });
      reject(error);
    });
    child.once("exit", (code, signal) => {
      // A killed Terraform leaves its provider process behind; it can no longer tell anyone what it made.
      for (const member of processTable.groupMembers(pid)) kill(member);
      rmSync(note, { force: true });
      resolve({ exitCode: code ?? undefined, signal: signal ?? undefined, lines: tail.end() });
    });
  });
  return { pid, finished };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone by itself
  }
}

/** Reads a growing file line by line. */
function follow(path: string, onLine: (line: string) => void): { end: () => readonly string[] } {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(65_536);
  const decoder = new StringDecoder("utf8");
  const lines: string[] = [];
  let rest = "";
  const read = () => {
    for (let size = readSync(file, buffer); size > 0; size = readSync(file, buffer)) {
      const parts = (rest + decoder.write(buffer.subarray(0, size))).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        onLine(line);
      }
    }
  };
  const timer = setInterval(read, 100);
  return {
    end: () => {
      clearInterval(timer);
      read();
      closeSync(file);
      if (rest !== "") lines.push(rest);
      return lines;
    },
  };
}
