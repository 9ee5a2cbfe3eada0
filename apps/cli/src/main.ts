import { npmCommand } from "@slipway/local-aws";
import { Command } from "commander";
import { checkCommand } from "./check/check.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { downCommand } from "./commands/down.ts";
import { environmentCommands } from "./commands/environment.ts";
import { startCommand } from "./commands/start.ts";
import { statusCommand } from "./commands/status.ts";
import { trustCommand } from "./commands/trust.ts";
import { webCommands } from "./commands/web.ts";
import { benchCommand } from "./dev/bench/bench.ts";
import { testCommand } from "./dev/test/test.ts";
import { tortureCommand } from "./dev/torture/torture.ts";
import { exitCodeOf, failureMessage } from "./terminal/closing.ts";

export interface Invocation {
  /** Root folder of the repository. */
  readonly root: string;
  readonly argv: readonly string[];
}

/** Entry point of the CLI behind `npm start`, `npm test` and `npm run …`. */
export async function main({ root, argv }: Invocation): Promise<void> {
  // Hides the SDK's warning about Node's version.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    await createProgram(root).parseAsync(argv, { from: "user" });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    process.stderr.write(`${failureMessage(error, npmCommand(argv[0] ?? ""), undefined)}\n`);
  }
}

/** All commands, in the groups that `slipway --help` shows. */
export function createProgram(root: string): Command {
  const groups: Readonly<Record<string, readonly Command[]>> = {
    Local: [startCommand(root), statusCommand(root), downCommand(root), trustCommand(root)],
    Environments: environmentCommands(root),
    Repository: [checkCommand(root), doctorCommand(root)],
    Development: [testCommand(root), benchCommand(root), tortureCommand(root)],
  };
  const program = new Command("slipway").description(
    "Takes a Django app from source to a load-balanced ECS service, on this machine.",
  );
  for (const [name, commands] of Object.entries(groups)) {
    program.commandsGroup(`${name}:`);
    for (const command of commands) program.addCommand(command);
  }
  for (const command of webCommands(root)) program.addCommand(command, { hidden: true });
  // `slipway help <command>` works without a line in the list, where it would be a group of its own.
  return program.addHelpCommand(new Command().command("help [command]", { hidden: true }));
}
