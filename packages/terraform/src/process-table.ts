import { readdirSync, readFileSync } from "node:fs";
import { execaSync } from "execa";

/** What is known of the processes of this machine, as far as a restarted engine needs it. */
export interface ProcessTable {
  /** Something that tells this process from a later one with the same id; undefined when it does not run. */
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
