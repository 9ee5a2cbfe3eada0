import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "@slipway/core";
import { Command, InvalidArgumentError, Option } from "commander";
import type { CommandContext } from "../../command-context.ts";
import { runCommand } from "../../commands/run-command.ts";
import { terminalMarkdown } from "../../terminal/markdown.ts";
import { type RoundResult, tortureRound } from "./torture-round.ts";
import { type Phase, phaseRounds, phases, type TortureRound, tortureRounds } from "./torture-rounds.ts";

interface TortureOptions {
  readonly seed?: string;
  readonly in: readonly Phase[];
}

/** Half of them kill in a phase, of which there are so many. */
const defaultRounds = 2 * phases.length;

export function tortureCommand(root: string): Command {
  const phase = new Option("--in <phase>", "kill in this phase only; repeat for more")
    .default([], "every second round kills in one of them")
    .argParser(collectPhase);
  return new Command("torture")
    .description("kill the loop at random moments and in each of its phases; each time the next one must converge")
    .argument("[rounds]", `how many times (default ${defaultRounds}, or once in each phase that is named)`)
    .option("--seed <number>", "repeats the moments of another run")
    .addOption(phase)
    .action((rounds: string | undefined, options: TortureOptions) =>
      runCommand({ name: "torture", root, work: (context) => torture(context, rounds, options) }),
    );
}

function collectPhase(given: string, all: readonly Phase[]): readonly Phase[] {
  const phase = phases.find((each) => each === given);
  if (phase === undefined) throw new InvalidArgumentError(`It must be one of ${phases.join(", ")}.`);
  return [...all, phase];
}

/** An empty log in the cache folder, which `npm run down` keeps. */
function newLog(home: CommandContext["home"]): string {
  const logPath = home.path("cache", "torture.log");
  mkdirSync(dirname(logPath), { recursive: true });
  rmSync(logPath, { force: true });
  return logPath;
}

/** `npm run torture [N]`: kills `npm start` at N moments and checks each time that the next run converges. */
async function torture(context: CommandContext, count: string | undefined, options: TortureOptions): Promise<void> {
  const { home, signal, print } = context;
  const chosen = options.in;
  const fallback = chosen.length > 0 ? chosen.length : defaultRounds;
  const rounds = wholeNumber("the number of rounds", count ?? String(fallback), 1, 100);
  const seed = wholeNumber("--seed", options.seed ?? String(Date.now() % 100_000), 0, 4_294_967_295);
  const logPath = newLog(home);
  const again = [rounds, "--seed", seed, ...chosen.flatMap((each) => ["--in", each])].join(" ");
  print(`${rounds} rounds, seed ${seed} (the same again: npm run torture -- ${again}), log ${logPath}`);
  const planned = chosen.length > 0 ? phaseRounds(rounds, seed, chosen) : tortureRounds(rounds, seed);
  const instanceIds = new Set<string>();
  const results: { round: TortureRound; result: RoundResult }[] = [];
  for (const [index, round] of planned.entries()) {
    const withDrill = index === rounds - 1;
    const result = await tortureRound({ home, round, instanceIds, withDrill, logPath, signal });
    results.push({ round, result });
    const { killed, step, seconds, faults } = result;
    const ending = faults.length === 0 ? `converged in ${seconds.toFixed(0)} s: ${result.result}` : faults.join("; ");
    print(
      `${faults.length === 0 ? "✔" : "✖"} round ${index + 1}: ${round.beginning}; after ${momentText(round)}, in “${step}”, killed ${killed}; ${ending}`,
    );
  }
  print(`\n${terminalMarkdown(table(results))}`);
  const failed = results.filter(({ result }) => result.faults.length > 0);
  if (failed.length > 0) {
    throw new Failure(
      `all rounds must converge, but ${failed.length} of ${rounds} did not`,
      `the log has all output, \`npm run torture -- ${again}\` repeats them`,
      { logPath },
    );
  }
  print(`\nRounds that converged with nothing orphaned and nothing doubled: ${rounds} of ${rounds}.`);
}

function table(results: readonly { round: TortureRound; result: RoundResult }[]): string {
  const rows = results.map(({ round, result }, index) => {
    const { killed, step, seconds, faults } = result;
    const found =
      faults.length === 0
        ? result.result
        : `✖ ${faults[0]}${faults.length > 1 ? ` and ${faults.length - 1} more` : ""}`;
    return `| ${index + 1} | ${round.beginning} | ${momentText(round)} | ${step} | ${killed} | ${seconds.toFixed(0)} s | ${found} |`;
  });
  return [
    "| | Began with | Killed after | In | Killed | Next start | Found |",
    "|--:|---|--:|---|---|--:|---|",
    ...rows,
  ].join("\n");
}

const momentText = ({ killAfterSeconds, phase }: TortureRound) =>
  phase === undefined ? `${killAfterSeconds} s` : `${killAfterSeconds} s of ${phase}`;

function wholeNumber(what: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Failure(
    `${what} (${text}) must be a whole number from ${least} to ${most}`,
    "see `npm run torture -- --help`",
  );
}
