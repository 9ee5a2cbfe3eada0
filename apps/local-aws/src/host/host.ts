/** The machine as the set-up code sees it; tests hand in another one. */
export interface System {
  readonly run: RunCommand;
  readonly isRoot: boolean;
  /** Debian or one of its children: `apt-get` is the package manager. */
  readonly isDebian: boolean;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Every executable file of that name on PATH, in order. */
  readonly find: (command: string) => string[];
  /** Starts a program that outlives us, in its own session, with its output appended to a file. */
  readonly startDetached: (command: string, args: readonly string[], logPath: string) => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface RunOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  readonly ok: boolean;
  /** Undefined when the program could not be started, was killed or took too long. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and never throws because of how it ended; an aborted signal does throw. */
export type RunCommand = (command: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;
