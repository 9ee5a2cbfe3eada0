import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "@slipway/infra";
import { findLocalAws, knownInstanceIds, processesIn, type SlipwayHome } from "@slipway/local-aws";
import { type EntryEnd, startEntry } from "../test/start-entry.ts";
import { checkConverged } from "./check-converged.ts";
import { type Beginning, phaseBegins, type TortureRound, type Victim } from "./torture-rounds.ts";

export interface RoundRequest {
  readonly home: SlipwayHome;
  readonly round: TortureRound;
  /** Instance ids of the local AWS in all rounds; this round adds its own. */
  readonly instanceIds: Set<string>;
  /** Whether the loop that must converge drills too. */
  readonly withDrill: boolean;
  readonly logPath: string;
  readonly signal: AbortSignal;
}

export interface RoundResult {
  /** Step that was cut off. */
  readonly step: string;
  readonly killed: string;
  /** Seconds the next `npm start` took. */
  readonly seconds: number;
  readonly result: string;
  readonly faults: readonly string[];
}

/** One round: prepare the start state, start the run, kill it, run it again and check for leftovers. */
export async function tortureRound(request: RoundRequest): Promise<RoundResult> {
  const { home, round, instanceIds, withDrill, signal } = request;
  const unprepared = await prepare(request, round.beginning);
  if (unprepared !== undefined) {
    return { step: "–", killed: "nothing", seconds: 0, result: "", faults: [unprepared] };
  }
  const recordInstanceIds = () => {
    for (const one of knownInstanceIds(home)) instanceIds.add(one);
  };
  recordInstanceIds();
  const loop = runEntry(home, ["start"], request.logPath);
  const cancel = new AbortController();
  const moment = momentOf(round, loop, AbortSignal.any([signal, cancel.signal]));
  const early = await Promise.race([moment, loop.ended]).catch(() => undefined);
  cancel.abort();
  loop.signal("SIGKILL");
  const killed = signal.aborted ? [] : kill(home, round.victims);
  const { output } = await loop.ended;
  signal.throwIfAborted();
  recordInstanceIds();

  const started = performance.now();
  const exitCode = await finishEntry(request, withDrill ? ["start"] : ["start", "--no-drill"]);
  const seconds = (performance.now() - started) / 1000;
  recordInstanceIds();
  const common = {
    step: lastStep(output),
    killed: early === undefined ? ["the loop", ...killed].join(" + ") : `nothing, it had ended (${early.code})`,
    seconds,
  };
  if (early !== undefined && round.phase !== undefined) {
    return { ...common, result: "", faults: [`the loop ended ${early.code} and was not killed in ${round.phase}`] };
  }
  if (early !== undefined && early.code !== 0) {
    return { ...common, result: "", faults: [`the loop ended ${early.code} before it was killed`] };
  }
  if (exitCode !== 0)
    return { ...common, result: "", faults: [`the next npm start ended ${exitCode ?? "by a signal"}`] };
  return { ...common, ...(await checkConverged(home, [...instanceIds])) };
}

/** Waits for the moment to kill. */
async function momentOf({ phase, killAfterSeconds }: TortureRound, loop: EntryRun, signal: AbortSignal): Promise<void> {
  const wait = (seconds: number) => sleep(seconds * 1000, undefined, { signal });
  while (phase !== undefined && !phaseBegins[phase].test(loop.output())) await wait(0.05);
  await wait(killAfterSeconds);
}

/** Runs the commands that lead to the start state; returns a description of a failure, if any. */
async function prepare(request: RoundRequest, beginning: Beginning): Promise<string | undefined> {
  const { name } = environment("local");
  const up = ["start", "--no-drill"];
  const commands: Readonly<Record<Beginning, readonly (readonly string[])[]>> = {
    nothing: [["down"]],
    "all up": [up],
    "stacks destroyed": [
      ...((await findLocalAws(request.home)) === undefined ? [up] : []),
      ["destroy", "local", "--yes", name],
    ],
  };
  for (const args of commands[beginning]) {
    const exitCode = await finishEntry(request, args);
    if (exitCode !== 0) return `\`${args.join(" ")}\` before the round ended ${exitCode ?? "by a signal"}`;
  }
  return undefined;
}

/** Runs the entry to its end; Ctrl-C is handed on and waited for. */
async function finishEntry(
  { home, logPath, signal }: Pick<RoundRequest, "home" | "logPath" | "signal">,
  args: readonly string[],
): Promise<number | null> {
  signal.throwIfAborted();
  const run = runEntry(home, args, logPath);
  const stop = () => run.signal("SIGINT");
  signal.addEventListener("abort", stop);
  const { code } = await run.ended;
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  return code;
}

/** Title of the step that began last. */
const lastStep = (output: string) => [...output.matchAll(/^❯ (.+)$/gm)].at(-1)?.[1] ?? "its very start";

/** Sends SIGKILL to all processes of the victims; returns the victims that were running. */
function kill(home: SlipwayHome, victims: readonly Victim[]): readonly string[] {
  const folders: Readonly<Record<Victim, string>> = {
    Terraform: home.path("local"),
    "local AWS": home.path("aws"),
  };
  return victims.flatMap((victim) => {
    const found = processesIn(folders[victim]);
    for (const { pid } of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Ended in between.
      }
    }
    return found.length > 0 ? [victim] : [];
  });
}

export interface EntryRun {
  /** What it said so far. */
  readonly output: () => string;
  readonly ended: Promise<EntryEnd>;
  /** To the whole process group. */
  readonly signal: (name: NodeJS.Signals) => void;
}

/** Starts `node apps/cli/slipway.js …` on the workspace as npm would; what it said is added to `logPath` when it has ended. */
function runEntry({ root, folder, port }: SlipwayHome, args: readonly string[], logPath: string): EntryRun {
  const entry = startEntry({ root, folder, port }, args);
  const ended = entry.ended.then((end) => {
    appendFileSync(logPath, `\n$ ${args.join(" ")}\n${end.output}\n`);
    return end;
  });
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-entry.pid, name);
    } catch {
      // Ended in between.
    }
  };
  return { ended, signal, output: entry.output };
}
