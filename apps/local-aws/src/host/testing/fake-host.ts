import type { Host, RunOptions, RunResult } from "../host.ts";

type Answer = Partial<RunResult> | ((options: RunOptions) => Partial<RunResult>);

export interface FakeHost extends Host {
  /** Every command line that was run or started, in order. */
  readonly commands: string[];
}

export interface FakeHostOptions extends Partial<Omit<Host, "run" | "find">> {
  /** Folder of each executable: a command that is not listed is not on PATH. */
  readonly executables?: Record<string, string[]>;
  /** Results by prefix of the command line; the longest match wins and other commands succeed without output. */
  readonly answers?: Record<string, Answer>;
}

/** A host for tests, which records commands instead of running them. */
export function fakeHost({ executables = {}, answers = {}, ...rest }: FakeHostOptions = {}): FakeHost {
  const commands: string[] = [];
  return {
    isRoot: true,
    isDebian: true,
    variables: {},
    sleep: async () => {},
    startDetached: (command, args) => void commands.push(`start ${[command, ...args].join(" ")}`),
    ...rest,
    commands,
    find: (command) => (executables[command] ?? []).map((folder) => `${folder}/${command}`),
    run: async (command, args, options = {}) => {
      const line = [command, ...args].join(" ");
      commands.push(line);
      const [fitting] = Object.keys(answers)
        .filter((start) => line.startsWith(start))
        .sort((a, b) => b.length - a.length);
      const answer = fitting === undefined ? {} : answers[fitting];
      const result = typeof answer === "function" ? answer(options) : (answer ?? {});
      const exitCode = result.ok === false ? 1 : 0;
      return { ok: true, exitCode, stdout: "", stderr: "", ...result };
    },
  };
}
