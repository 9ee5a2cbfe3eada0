import { Failure } from "@slipway/core";
import { environment, environmentKeys } from "@slipway/infra";
import { findLocalAws, localVariables, readSlipwayHome, type SlipwayHome } from "@slipway/local-aws";
import type { Command } from "commander";
import { bootstrapCommand } from "../environment/bootstrap.ts";
import { destroyCommand } from "../environment/destroy.ts";
import type { CommandContext } from "../environment/open-environment.ts";
import { secretCommand } from "../environment/secret.ts";
import { synthesize } from "../environment/synthesize.ts";
import { unlockCommand } from "../environment/unlock.ts";
import { runCommand } from "./run-command.ts";

/** `synth`, `bootstrap`, `secret`, `unlock` and `destroy`, which work on any environment. */
export function infraCommands(program: Command, root: string): void {
  program
    .command("synth")
    .description("write an environment's Terraform JSON to apps/infra/cdktf.out/<environment>/stacks")
    .argument("<environment>", environmentKeys.join(", "))
    .action((key: string) => runCommand({ name: "synth", root, work: () => synth(root, key) }));
  const home = readSlipwayHome(root, process.env);
  const context: CommandContext = {
    root,
    home: home.folder,
    variables: (key) => environmentVariables(home, key),
    print,
    stdin: process.stdin,
    ask: process.stdin.isTTY ? ask : undefined,
  };
  program.addCommand(bootstrapCommand(context));
  program.addCommand(destroyCommand(context));
  program.addCommand(secretCommand(context));
  program.addCommand(unlockCommand(context));
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function ask(question: string): Promise<string> {
  const { input } = await import("@inquirer/prompts");
  return input({ message: question });
}

async function synth(root: string, key: string): Promise<void> {
  const stacks = await synthesize({ root, environment: key, variables: process.env });
  for (const { name, folder, resourceCount } of stacks) {
    print(`${name.padEnd(10)} ${String(resourceCount).padStart(3)} resources  ${folder}/cdk.tf.json`);
  }
}

/** Variables for an environment: the caller's own, but for `local` those of the local AWS, which must run. */
async function environmentVariables(home: SlipwayHome, key: string): Promise<SlipwayHome["variables"]> {
  if (key !== "local") return home.variables;
  const aws = await findLocalAws(home);
  if (aws === undefined) throw new Failure("the local AWS must run", "start it with `npm start -- --no-drill`");
  const { account, region } = environment("local");
  return localVariables(home.variables, { endpoint: aws.endpoint, account, region });
}
