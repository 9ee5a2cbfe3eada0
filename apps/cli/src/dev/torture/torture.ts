import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "@slipway/core";
import { Command } from "commander";
import type { CommandContext } from "../../command-context.ts";
import { runCommand } from "../../commands/run-command.ts";
import { terminalMarkdown } from "../../terminal/markdown.ts";
import { type RoundResult, tortureRound } from "./torture-round.ts";
import { type TortureRound, tortureRounds } from "./torture-rounds.ts";

interface TortureOptions {
  readonly seed?: string;
}

const defaultRounds = 5;

export function tortureCommand(root: string): Command {
  return new Command("torture")
    .description("kill the loop at random moments; each time the next one must converge")
    .argument("[rounds]", "how many times (default 5)")
    .option("--seed <number>", "repeats the moments of another run")
    .action((rounds: string | undefined, options: TortureOptions) =>
      runCommand({ name: "torture", root, work: (context) => torture(context, rounds, options) }),
    );
}

/** `npm run torture [N]`: kills `npm start` at N random moments and checks each time that the next run converges. */
async function torture(context: CommandContext, count: string | undefined, options: TortureOptions): Promise<void> {
  const { home, signal, print } = context;
  const rounds = wholeNumber("the number of rounds", count ?? String(defaultRounds), 1, 100);
  const seed = wholeNumber("--seed", options.seed ?? String(Date.now() % 100_000), 0, 4_294_967_295);
  // The log is in the cache folder, which `npm run down` keeps.
  const logPath = home.path("cache", "torture.log");
  mkdirSync(dirname(logPath), { recursive: true });
  rmSync(logPath, { force: true });
  print(`${rounds} rounds, seed ${seed} (the same again: npm run torture -- ${rounds} --seed ${seed}), log ${logPath}`);
  const instanceIds = new Set<string>();
  const results: { round: TortureRound; result: RoundResult }[] = [];
  for (const [index, round] of tortureRounds(rounds, seed).entries()) {
    const withDrill = index === rounds - 1;
    const result = await tortureRound({ home, round, instanceIds, withDrill, logPath, signal });
    results.push({ round, result });
    const { killed, step, seconds, faults } = result;
    const ending = faults.length === 0 ? `converged in ${seconds.toFixed(0)} s: ${result.result}` : faults.join("; ");
    print(
      `${faults.length === 0 ? "✔" : "✖"} round ${index + 1}: ${round.beginning}; after ${round.killAfterSeconds} s, in “${step}”, killed ${killed}; ${ending}`,
    );
  }
  print(`\n${terminalMarkdown(table(results))}`);
  const failed = results.filter(({ result }) => result.faults.length > 0);
  if (failed.length > 0) {
    throw new Failure(
      `all rounds must converge, but ${failed.length} of ${rounds} did not`,
      `the log has all output, \`npm run torture -- ${rounds} --seed ${seed}\` repeats them`,
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
    return `| ${index + 1} | ${round.beginning} | ${round.killAfterSeconds} s | ${step} | ${killed} | ${seconds.toFixed(0)} s | ${found} |`;
  });
  return [
    "| | Began with | Killed after | In | Killed | Next start | Found |",
    "|--:|---|--:|---|---|--:|---|",
    ...rows,
  ].join("\n");
}

function wholeNumber(what: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Failure(
    `${what} (${text}) must be a whole number from ${least} to ${most}`,
    "npm run torture -- 5 --seed 42",
  );
}
