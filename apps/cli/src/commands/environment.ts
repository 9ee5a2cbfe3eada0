import { environmentKeys } from "@slipway/infra";
import type { Command } from "commander";
import { type CommandContext, commandContext } from "../command-context.ts";
import { bootstrapCommand } from "../environment/bootstrap.ts";
import { destroyCommand } from "../environment/destroy.ts";
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
    .action((key: string) => runCommand({ name: "synth", root, work: (context) => synth(context, key) }));
  const context = commandContext(root);
  program.addCommand(bootstrapCommand(context));
  program.addCommand(destroyCommand(context));
  program.addCommand(secretCommand(context));
  program.addCommand(unlockCommand(context));
}

async function synth({ home, print }: CommandContext, key: string): Promise<void> {
  const stacks = await synthesize({ root: home.root, environment: key, variables: home.variables });
  for (const { name, folder, resourceCount } of stacks) {
    print(`${name.padEnd(10)} ${String(resourceCount).padStart(3)} resources  ${folder}/cdk.tf.json`);
  }
}
