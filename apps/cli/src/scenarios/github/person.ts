import { join } from "node:path";
import { Failure } from "@slipway/core";
import { execa } from "execa";
import type { Step } from "../../terminal/reporter.ts";
import type { GithubScenario, ScenarioEnvironment } from "./context.ts";

/** A command of `slipway`, as a person with full rights in the account of an environment gives it. */
export interface PersonalCommand {
  readonly environment: ScenarioEnvironment;
  readonly arguments: readonly string[];
  /** What is piped in. */
  readonly input?: string;
}

/** Runs a command of the scenario's repository, which knows the environments of its project; returns the lines that it printed. */
export async function runAsPerson(
  { repository, folder, people, signal }: GithubScenario,
  step: Step,
  { environment, arguments: given, input }: PersonalCommand,
): Promise<readonly string[]> {
  const command = ["apps/cli/slipway.js", ...given];
  const child = execa(process.execPath, command, {
    cwd: repository.folder,
    extendEnv: false,
    env: { ...people[environment], SLIPWAY_HOME: join(folder, "person"), CI: "true" },
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    all: true,
    reject: false,
    cancelSignal: signal,
    // Terraform writes its state before it ends.
    forceKillAfterDelay: 120_000,
  });
  for await (const line of child.iterable({ from: "all" })) step.print(line);
  const { exitCode, all = "" } = await child;
  signal.throwIfAborted();
  if (exitCode !== 0) throw new Failure(`${given.join(" ")} must succeed, but it said: ${all.trim()}`);
  return all.trim().split("\n");
}
