import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { EngineError } from "./engine-error.ts";
import { failure, interruption } from "./error-messages.ts";
import { terraformVariables } from "./installation.ts";
import type { EngineOptions } from "./options.ts";
import {
  findRunning,
  processTable,
  type RunningFile,
  startTerraform,
  type TerraformCommand,
  type TerraformEnd,
} from "./process.ts";
import type { EngineEvent, Stack } from "./stack.ts";
import { changeAction, parseLine } from "./terraform-log.ts";
import { recoverLocalState, type StackFolder, stackFolder } from "./workspace.ts";

/** A queue that runs one job at a time, in order. */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** Runs the Terraform commands of plan, apply and destroy. */
export interface StackRunner {
  stackFolder(stack: Stack): StackFolder;
  /** Makes the working folder ready: JSON copied, state whole, `init` done unless it was. */
  prepare(stack: Stack): Promise<StackFolder>;
  /** Runs Terraform and shows its progress; throws unless it ends with a code in `accept`. */
  run(
    stack: Stack,
    command: TerraformCommand,
    args: readonly string[],
    accept?: readonly number[],
  ): Promise<TerraformEnd>;
  /** Runs a short command that only reads, and parses the JSON it writes. */
  read<T>(stack: Stack, args: readonly string[]): Promise<T>;
  /** The Terraform that works on this stack on this machine, whoever started it; plans aside. */
  working(stack: Stack): RunningFile | undefined;
  notice(stack: Stack, text: string): void;
  /** Lets an interrupt reach a process that another run started. */
  watch(pid: number): void;
  interrupt(): Promise<void>;
}

/** Serializes every `init` of this process that fills a shared plugin cache. */
const queue = createQueue();

const echoMilliseconds = 1500;

type RunnerOptions = EngineOptions & { readonly onEvent: (event: EngineEvent) => void };

export function createStackRunner(options: RunnerOptions): StackRunner {
  const { folder, terraform, cliConfiguration, onEvent } = options;
  const variables = terraformVariables(options.variables, cliConfiguration.path);
  const working = new Set<number>();
  const ends = new Set<Promise<unknown>>();
  let interrupts = 0;
  let lastInterrupt = 0;

  const runner: StackRunner = {
    stackFolder: (stack) => stackFolder(folder, stack),

    async prepare(stack) {
      const paths = stackFolder(folder, stack);
      const { statePath, lockFilePath, initKeyPath } = paths;
      const recovered = statePath === undefined ? undefined : recoverLocalState(statePath);
      if (recovered !== undefined) runner.notice(stack, `${stack.name}: ${recovered}`);
      const key = initKey(paths, `${terraform.version} ${readFileSync(cliConfiguration.path, "utf8")}`);
      if (existsSync(initKeyPath) && readFileSync(initKeyPath, "utf8") === key) return paths;
      rmSync(initKeyPath, { force: true });
      rmSync(lockFilePath, { force: true });
      const init = () => runner.run(stack, "init", ["init", "-input=false", "-no-color", "-reconfigure"]);
      await (cliConfiguration.sharedCache ? queue(init) : init());
      writeFileSync(initKeyPath, key);
      return paths;
    },

    async run(stack, command, args, accept = [0]) {
      const { workingFolder, runningFolder, logPath } = stackFolder(folder, stack);
      if (interrupts > 0) throw interruption(stack, command, logPath(command));
      if (command !== "init") onEvent({ type: "command", stack: stack.name, command: command as "plan" });
      const { pid, finished } = startTerraform({
        terraform: terraform.path,
        args,
        command,
        stack: stack.name,
        workingFolder,
        variables,
        logPath: logPath(command),
        runningFolder,
        onLine: (line) => showLine(stack, line, onEvent),
      });
      working.add(pid);
      ends.add(finished);
      const end = await finished.finally(() => {
        working.delete(pid);
        ends.delete(finished);
      });
      if (end.exitCode !== undefined && accept.includes(end.exitCode)) return end;
      if (interrupts > 0) throw interruption(stack, command, logPath(command));
      throw failure(stack, command, end, logPath(command), cliConfiguration.mirror);
    },

    async read<T>(stack: Stack, args: readonly string[]) {
      const { workingFolder } = stackFolder(folder, stack);
      const { stdout, stderr, exitCode } = await execa(terraform.path, args, {
        cwd: workingFolder,
        env: variables,
        extendEnv: false,
        stdin: "ignore",
        reject: false,
        maxBuffer: 512 * 1024 * 1024,
      });
      if (exitCode !== 0) throw new EngineError(`terraform ${args[0]} of ${stack.name} failed: ${stderr.trim()}`);
      return JSON.parse(stdout) as T;
    },

    working: (stack) => findRunning(stackFolder(folder, stack).runningFolder, stack.name),

    notice: (stack, text) => onEvent({ type: "notice", stack: stack.name, text }),

    watch: (pid) => void working.add(pid),

    async interrupt() {
      // One Ctrl-C arrives twice under npm, which forwards what the terminal has already sent.
      if (Date.now() - lastInterrupt > echoMilliseconds) {
        lastInterrupt = Date.now();
        interrupts += 1;
        for (const pid of working) signal(pid, interrupts === 1);
      }
      await Promise.allSettled(ends);
    },
  };
  return runner;
}

/** What `init` depends on: engine, CLI configuration, and the JSON's terraform block. */
function initKey({ workingFolder }: StackFolder, versions: string): string {
  const json = JSON.parse(readFileSync(join(workingFolder, "cdk.tf.json"), "utf8")) as { terraform: unknown };
  return hash([versions, json.terraform]);
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** Asks Terraform alone to stop (its providers must live on to finish), or kills the whole group. */
function signal(pid: number, gently: boolean): void {
  try {
    if (gently) process.kill(pid, "SIGINT");
    else for (const member of processTable.groupMembers(pid)) process.kill(member, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}

const phases = {
  apply_start: "start",
  apply_progress: "progress",
  apply_complete: "done",
  apply_errored: "failed",
} as const;

function showLine(stack: Stack, line: string, onEvent: (event: EngineEvent) => void): void {
  const message = parseLine(line);
  const phase = phases[message?.type as keyof typeof phases];
  if (message?.hook === undefined || phase === undefined) return;
  const { resource, action = "no-op", elapsed_seconds: seconds = 0, id_value: id } = message.hook;
  onEvent({
    type: "resource",
    stack: stack.name,
    address: resource.addr,
    action: changeAction(action),
    phase,
    seconds,
    ...(id === undefined ? {} : { id }),
  });
}
