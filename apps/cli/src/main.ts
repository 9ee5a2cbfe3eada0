import { npmCommand } from "@slipway/local-aws";
import { Command, CommanderError, Option } from "commander";
import { doctor } from "./commands/doctor.ts";
import { down } from "./commands/down.ts";
import { infraCommands } from "./commands/environment.ts";
import { type CommandRun, runCommand } from "./commands/run-command.ts";
import { start, startVia } from "./commands/start.ts";
import { status } from "./commands/status.ts";
import { buildWebImage, testWeb } from "./commands/web.ts";
import { bench } from "./dev/bench/bench.ts";
import { type TestOptions, test } from "./dev/test/test.ts";
import { type TortureOptions, torture } from "./dev/torture/torture.ts";
import type { StartOptions } from "./local/app.ts";
import { failureMessage } from "./terminal/closing.ts";

export interface Invocation {
  /** Root folder of the repository. */
  readonly root: string;
  readonly argv: readonly string[];
}

const collect = (value: string, all: readonly string[]) => [...all, value];

/** Entry point of the CLI behind `npm start`, `npm test` and `npm run …`. */
export async function main({ root, argv }: Invocation): Promise<void> {
  // Hides the SDK's warning about Node's version.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const program = new Command("slipway")
    .description("Takes a Django app from source to a load-balanced ECS service, on this machine.")
    .exitOverride();
  const add = (name: string, description: string) => program.command(name).description(description);

  add("start", "bring up the local AWS, deliver the app, then break, update and roll it back")
    .option("--no-drill", "deliver only; with nothing edited, nothing is planned and the app is asked once")
    .option(
      "--app <dir>",
      "folder of another Django project, with a Dockerfile from a Debian-based official python image",
    )
    .option("--port <number>", "port that project listens on in its container (default 8000)")
    .option("--health-path <path>", "path that answers 200 when it is healthy (default /)")
    .option("--container-name <name>", "name of its container (default app)")
    .option("--command <words>", "command in place of the image's own")
    .option("--env-file <file>", "NAME=value lines; each value becomes an encrypted parameter, never plain environment")
    .option("--build-arg <NAME=value>", "argument of docker build; repeat for more", collect, [])
    .addOption(viaOption())
    .addHelpText("after", startHelp)
    .action((options: StartOptions & { via?: string }) =>
      runCommand({
        name: "start",
        root,
        work: (context) => (options.via === undefined ? start(context, options) : startVia(context, options.via)),
      }),
    );
  add("status", "show what is up").action(() => runCommand({ name: "status", root, work: status }));
  add("down", "remove everything that npm start made, caches aside").action(() =>
    runCommand({ name: "down", root, work: down }),
  );

  add("torture", "kill the loop at random moments; each time the next one must converge")
    .argument("[rounds]", "how many times (default 5)")
    .option("--seed <number>", "repeats the moments of another run")
    .action((rounds: string | undefined, options: TortureOptions) =>
      runCommand({ name: "torture", root, work: (context) => torture(context, rounds, options) }),
    );

  add("test", "run every test, or the parts that are named; the last line holds the totals")
    .argument("[part...]", "parts to run, each with what it needs and nothing else (default: all of them)")
    .option("--list", "name the parts, each with the time it took last; nothing is run")
    .addHelpText("after", testHelp)
    .action((names: string[], options: TestOptions) =>
      runCommand({ name: "test", root, work: (context) => test(context, names, options) }),
    );
  add("doctor", "look at the repository's settings on GitHub that the workflows need (GITHUB_TOKEN)").action(() =>
    runCommand({ name: "doctor", root, work: doctor }),
  );
  add("bench", "measure what the project promises").action(() => runCommand({ name: "bench", root, work: bench }));

  addWebCommands(program, root);

  try {
    infraCommands(program, root);
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
    if (!(error instanceof CommanderError))
      process.stderr.write(`${failureMessage(error, npmCommand(argv[0] ?? ""), undefined)}\n`);
  }
}

/** What the scripts of `apps/web` call; people call turbo or npm. */
function addWebCommands(program: Command, root: string): void {
  const add = (name: string, script: string, work: CommandRun["work"]) =>
    program
      .command(name, { hidden: true })
      .action(() => runCommand({ name: `${script} --workspace @slipway/web`, root, work }));
  add("build-image", "build", buildWebImage);
  add("test-web", "test", testWeb);
}

/** Options of a deployment cannot be combined with a scenario. */
const viaOption = () =>
  new Option(
    "--via <way>",
    "show how a change gets to AWS: pull-request (the actions, in staging) or github (the workflows, by act)",
  ).conflicts(["app", "port", "healthPath", "containerName", "command", "envFile"]);

const startHelp = `
Variables:
  SLIPWAY_GATEWAY_PORT   port of the local AWS (default 4566)
  SLIPWAY_HOME           folder of all local state (default .slipway)
  SLIPWAY_PYTHON         Python 3.11 or newer (default python3)
  TERRAFORM_BIN          Terraform 1.10 or newer (default terraform on PATH)

Examples:
  npm start                                          the whole way and the drill
  npm start -- --no-drill                            deliver what was edited
  npm start -- --via pull-request                    a change, its comment, the merge, and exactly that applied
  npm start -- --via github                          the same by the workflows of .github, to a rollback and back
  npm start -- --app ../shop --env-file ../shop/.env --health-path /up`;

const testHelp = `
Examples:
  npm test                       every part: 20 to 30 minutes on 2 cores
  npm test -- --list             what there is
  npm test -- lint types unit    these three: no docker, no local AWS
  npm test -- loop               one file, with docker and a local AWS`;
