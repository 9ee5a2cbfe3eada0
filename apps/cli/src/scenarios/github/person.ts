import { join } from "node:path";
import { Failure } from "@slipway/core";
import { execa } from "execa";
import type { Step } from "../../terminal/reporter.ts";
import type { GithubScenario, ScenarioEnvironment } from "./context.ts";

export interface PersonalCommand {
  /** Whose account the person has full rights in. */
  readonly environment: ScenarioEnvironment;
  readonly arguments: readonly string[];
  /** What is piped in. */
  readonly input?: string;
}

/** Runs a command of the scenario's repository as a person in the account of an environment; returns the lines that it printed. */
export const runAsPerson = (
  { repository, folder, people, signal }: GithubScenario,
  step: Step,
  { environment, arguments: given, input }: PersonalCommand,
): Promise<readonly string[]> =>
  runSlipway({
    repository: repository.folder,
    home: join(folder, "person"),
    variables: people[environment],
    arguments: given,
    input,
    print: step.print,
    signal,
  });

export interface SlipwayCommand {
  /** Folder of the repository, whose own `environments.ts` the command reads. */
  readonly repository: string;
  /** SLIPWAY_HOME of the command. */
  readonly home: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly arguments: readonly string[];
  readonly input?: string | undefined;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs `slipway` as a repository has it. */
export async function runSlipway(command: SlipwayCommand): Promise<readonly string[]> {
  const { repository, home, variables, arguments: given, input, print, signal } = command;
  const child = execa(process.execPath, ["apps/cli/slipway.js", ...given], {
    cwd: repository,
    extendEnv: false,
    env: { ...variables, SLIPWAY_HOME: home, CI: "true" },
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    all: true,
    reject: false,
    cancelSignal: signal,
    // Terraform writes its state before it ends.
    forceKillAfterDelay: 120_000,
  });
  for await (const line of child.iterable({ from: "all" })) print(line);
  const { exitCode, all = "" } = await child;
  signal.throwIfAborted();
  if (exitCode !== 0) throw new Failure(`slipway ${given.join(" ")} must succeed, but it said: ${all.trim()}`);
  return all.trim().split("\n");
}
