import { Readable } from "node:stream";
import { Failure, type Variables } from "@slipway/core";
import { environment } from "@slipway/infra";
import { findLocalAws, localVariables, readSlipwayHome, type SlipwayHome } from "@slipway/local-aws";
import type { Reporter } from "./terminal/reporter.ts";

/** Context of every command. */
export interface CommandContext {
  readonly home: SlipwayHome;
  /** Folder that the user's relative paths start from. */
  readonly cwd: string;
  /** Aborted by Ctrl-C, SIGTERM or a closed terminal, if the command is run by `runCommand`. */
  readonly signal: AbortSignal;
  /** Called with the reporter of the steps, so that a failure message can name the step. */
  readonly onReporter?: (reporter: Reporter) => void;
  /** Variables for an environment: those of the process, and for `local` the endpoint, keys and region of the local AWS. */
  readonly variables: (environment: string) => Promise<Variables>;
  /** Writes one line. */
  readonly print: (line: string) => void;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Asks for a line of text; undefined where nobody can answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** Context of a command in this process. `signal` is never aborted by default. */
export function commandContext(root: string, signal: AbortSignal = new AbortController().signal): CommandContext {
  const home = readSlipwayHome(root, process.env);
  return {
    home,
    // npm changes to the repository's root and passes the user's folder in INIT_CWD.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    signal,
    variables: (key) => environmentVariables(home, key),
    print: (line) => void process.stdout.write(`${line}\n`),
    stdin: process.stdin,
    ask: process.stdin.isTTY ? ask : undefined,
  };
}

async function ask(question: string): Promise<string> {
  const { input } = await import("@inquirer/prompts");
  return input({ message: question });
}

async function environmentVariables(home: SlipwayHome, key: string): Promise<Variables> {
  if (key !== "local") return home.variables;
  const aws = await findLocalAws(home);
  if (aws === undefined) throw new Failure("the local AWS must run", "start it with `npm start -- --no-drill`");
  const { account, region } = environment("local");
  return localVariables(home.variables, { endpoint: aws.endpoint, account, region });
}

interface Unattended extends Partial<Omit<CommandContext, "home">> {
  /** Root folder of the repository. */
  readonly root: string;
  /** Folder of all local state. */
  readonly folder: string;
}

/** Context of a command that a program or a test runs: it prints nothing, reads nothing and asks nobody, unless `given`. */
export function unattendedContext({ root, folder, ...given }: Unattended): CommandContext {
  return {
    home: readSlipwayHome(root, { SLIPWAY_HOME: folder }),
    cwd: root,
    signal: new AbortController().signal,
    variables: async () => ({}),
    print: () => undefined,
    stdin: Readable.from([]),
    ask: undefined,
    ...given,
  };
}
