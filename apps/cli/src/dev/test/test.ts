import { rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import {
  ensureAct,
  ensureBaseImages,
  ensureDocker,
  issuerKeys,
  localVariables,
  type SlipwayHome,
  startLocalAws,
  stopLocalAws,
  takeLock,
} from "@slipway/local-aws";
import { Command } from "commander";
import type { CommandContext } from "../../command-context.ts";
import { runCommand } from "../../commands/run-command.ts";
import { ensureActionBundles } from "../../local/run-action.ts";
import { closingReport } from "./closing-report.ts";
import { listParts, readTimes, saveTime } from "./part-times.ts";
import { chooseParts, testParts } from "./parts.ts";
import { type PartRecord, runParts } from "./run-parts.ts";
import { localAwsPython, type Need, type PartContext, type TestPart } from "./tool-parts.ts";

/** A separate port, so that a running app is not affected. */
const testPort = 4580;

interface TestOptions {
  /** Lists the parts without running them. */
  readonly list?: boolean;
}

const line = (text: string) => void process.stdout.write(`${text}\n`);
const print = (text: string) => line(`› ${text}`);

export function testCommand(root: string): Command {
  return new Command("test")
    .description("run every test, or the parts that are named; the last line holds the totals")
    .argument("[part...]", "parts to run, each with what it needs and nothing else (default: all of them)")
    .option("--list", "name the parts, each with the time it took last; nothing is run")
    .addHelpText("after", testHelp)
    .action((names: string[], options: TestOptions) =>
      runCommand({ name: "test", root, work: (context) => test(context, names, options) }),
    );
}

const testHelp = `
Examples:
  npm test                       every part: 20 to 30 minutes on 2 cores
  npm test -- --list             what there is
  npm test -- lint types unit    these three: no docker, no local AWS
  npm test -- loop               one file, with docker and a local AWS`;

/** `npm test`: runs all parts or the named ones; the last line holds the totals. */
async function test(
  { home: outer, signal }: CommandContext,
  names: readonly string[],
  { list }: TestOptions,
): Promise<void> {
  const started = performance.now();
  const folder = outer.path("test");
  const home: SlipwayHome = { ...outer, folder, port: testPort, path: (...parts) => join(folder, ...parts) };
  const all = testParts(home.root);
  const chosen = chooseParts(all, names);
  const timesPath = home.path("part-times.json");
  if (list) return line(listParts(chosen, readTimes(timesPath)));
  const release = takeLock(folder, "test");
  try {
    const onEnd = (record: PartRecord) => saveTime(timesPath, record);
    const records = await runChosen(chosen, { home, signal, onEnd, whole: chosen.length === all.length });
    if (records.some(({ failed }) => failed > 0)) process.exitCode = 1;
    line(closingReport(records, { seconds: (performance.now() - started) / 1000, parts: all.length }));
  } finally {
    await stopLocalAws(home);
    release();
  }
}

interface ChosenRun {
  readonly home: SlipwayHome;
  readonly signal: AbortSignal;
  readonly onEnd: (record: PartRecord) => void;
  /** Whether these are all parts. */
  readonly whole: boolean;
}

async function runChosen(chosen: readonly TestPart[], run: ChosenRun): Promise<readonly PartRecord[]> {
  const { home, signal, onEnd, whole } = run;
  const env = {
    SLIPWAY_HOME: home.folder,
    PYTHONPATH: join(home.root, "apps/local-aws"),
    TURBO_TELEMETRY_DISABLED: "1",
  };
  const lane = (which: TestPart["lane"], local: PartContext["env"] = {}) =>
    chosen
      .filter((part) => part.lane === which)
      .map(({ name, title, needs, run }) => {
        const context: PartContext = {
          home,
          log: home.path("logs", name),
          env: needs.includes("local-aws") ? { ...local, ...env } : env,
          signal,
          print,
        };
        return { name, title, run: () => run(context) };
      });
  // act is compiled once, which takes a minute, while the quick parts run. The parts that need it report a failure.
  const act = whole ? ensureAct({ home, signal, log: print }).catch(() => undefined) : undefined;
  const quick = await runParts([lane("quick")], { signal, line, onEnd });
  const slow = chosen.filter((part) => part.lane !== "quick");
  if (signal.aborted || slow.length === 0) return quick;
  const local = await prepare(new Set(slow.flatMap(({ needs }) => needs)), home, signal);
  await act;
  if (whole) print(`${slow.length} slow parts follow, two at a time: 20 to 30 minutes on 2 cores, some silent for 10.`);
  const lanes = [lane("waiting", local), lane("working", local)];
  return [...quick, ...(await runParts(lanes, { signal, line, onEnd }))];
}

/** Prepares what the slow parts share: Docker, base images, action bundles and one local AWS. Returns its variables. */
async function prepare(
  needs: ReadonlySet<Need>,
  home: SlipwayHome,
  signal: AbortSignal,
): Promise<SlipwayHome["variables"]> {
  const { root, folder } = home;
  if (needs.has("docker")) {
    const docker = await ensureDocker({ log: print, homeFolder: folder });
    for (const project of [environment("local").app.folder, "apps/cli/fixtures/other-django"]) {
      for (const warning of await ensureBaseImages(join(root, project, "Dockerfile"), docker, folder, { log: print }))
        print(warning);
    }
  }
  if (needs.has("bundles")) await ensureActionBundles(home, signal);
  return needs.has("local-aws") ? startFreshLocalAws(home, signal) : {};
}

async function startFreshLocalAws(home: SlipwayHome, signal: AbortSignal): Promise<SlipwayHome["variables"]> {
  const python = await localAwsPython({ home, signal, print });
  await stopLocalAws(home);
  rmSync(home.path("aws"), { recursive: true, force: true });
  const { account, region } = environment("local");
  const { endpoint } = await startLocalAws({ home, python, region, account, signal });
  if (signal.aborted) throw new Failure("the tests were interrupted", "run `npm test` again");
  const variables = localVariables(home.variables, { endpoint, account, region });
  return { ...variables, SLIPWAY_TEST_ENDPOINT: endpoint, SLIPWAY_ISSUER: issuerKeys(home) };
}
