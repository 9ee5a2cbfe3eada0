import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import type { Variables } from "@slipway/core";
import { execaSync } from "execa";

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
  /** Folder for the files that show a later run what still works. */
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
  const runningPath = join(runningFolder, `${stack}.${command}.json`);
  const pid = child.pid ?? 0;
  const started = processTable.startOf(pid) ?? "";
  writeFileSync(runningPath, JSON.stringify({ pid, started, command, stack, logPath } satisfies RunningFile));
  const tail = follow(logPath, request.onLine ?? (() => undefined));
  const finished = new Promise<TerraformEnd>((resolve, reject) => {
    child.once("error", (error) => {
      tail.end();
      rmSync(runningPath, { force: true });
      reject(error);
    });
    child.once("exit", (code, signal) => {
      // A killed Terraform leaves its provider process behind.
      for (const member of processTable.groupMembers(pid)) kill(member);
      rmSync(runningPath, { force: true });
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

/** What is known of the processes of this machine, as far as a restarted engine needs it. */
interface ProcessTable {
  /** Something that distinguishes this process from a later one with the same id; undefined when it does not run. */
  startOf(pid: number): string | undefined;
  /** Ids of the running processes of a process group. */
  groupMembers(group: number): number[];
}

export const processTable: ProcessTable =
  process.platform === "linux"
    ? { startOf: (pid) => alive(stat(pid))?.start, groupMembers: linuxGroupMembers }
    : { startOf: (pid) => ps(["-o", "lstart=", "-p", String(pid)])[0], groupMembers: otherGroupMembers };

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly start: string;
}

// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name, in parentheses, may itself hold spaces and parentheses.
function stat(pid: number | string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", group: Number(fields[2]), start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function alive(entry: Stat | undefined): Stat | undefined {
  return entry === undefined || entry.state === "Z" || entry.state === "X" ? undefined : entry;
}

function linuxGroupMembers(group: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && alive(stat(name))?.group === group)
    .map(Number);
}

function otherGroupMembers(group: number): number[] {
  return ps(["-A", "-o", "pid=,pgid="])
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, its]) => its === group)
    .map(([pid]) => pid ?? 0);
}

function ps(args: string[]): string[] {
  const { stdout } = execaSync("ps", args, { reject: false });
  return (stdout ?? "").split("\n").filter((line) => line.trim() !== "");
}

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
    .map(readRunningFile)
    .find((file) => file !== undefined && file.started !== "" && startOf(file.pid) === file.started);
}

function readRunningFile(path: string): RunningFile | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as RunningFile;
  } catch {
    return undefined; // just being written, or gone
  }
}

export interface AwaitRunningRequest {
  readonly runningFolder: string;
  readonly notice: (stack: string, text: string) => void;
  /** Called with the id of each process that is waited for, so that an interrupt can reach it. */
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
    const running = readRunningFile(path);
    if (running !== undefined) {
      const { pid, started, command, stack, logPath } = running;
      const isRunning = () => started !== "" && processes.startOf(pid) === started;
      if (isRunning() && !readOnly.has(command)) {
        notice(stack, `waiting for the ${command} of ${stack} that an earlier run left working (log: ${logPath})`);
        onWait?.(pid);
        while (isRunning()) await sleep(pollMilliseconds);
      }
      // If another process leads a group of this id, the old group has ended.
      if (processes.startOf(pid) === undefined || isRunning()) processes.groupMembers(pid).forEach(kill);
    }
    rmSync(path, { force: true });
  }
}

function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone by itself
  }
}
