import { environmentKeys } from "@slipway/infra";
import { Command } from "commander";
import { type CommandContext, commandContext } from "../command-context.ts";
import { bootstrapCommand } from "../environment/bootstrap.ts";
import { destroyCommand } from "../environment/destroy.ts";
import { domainCommand } from "../environment/domain.ts";
import { secretCommand } from "../environment/secret.ts";
import { synthesize } from "../environment/synthesize.ts";
import { unlockCommand } from "../environment/unlock.ts";
import { runCommand } from "./run-command.ts";

/** Commands on an environment. All but synth handle Ctrl-C by themselves, because Terraform must write its state first. */
export function environmentCommands(root: string): readonly Command[] {
  const context = commandContext(root);
  return [
    synthCommand(root),
    bootstrapCommand(context),
    domainCommand(context),
    secretCommand(context),
    unlockCommand(context),
    destroyCommand(context),
  ];
}

function synthCommand(root: string): Command {
  return new Command("synth")
    .description("write an environment's Terraform JSON to apps/infra/cdktf.out/<environment>/stacks")
    .argument("<environment>", environmentKeys.join(", "))
    .action((key: string) => runCommand({ name: "synth", root, work: (context) => synth(context, key) }));
}

async function synth({ home, print }: CommandContext, key: string): Promise<void> {
  const stacks = await synthesize({ root: home.root, environment: key, variables: home.variables });
  for (const { name, folder, resourceCount } of stacks) {
    print(`${name.padEnd(10)} ${String(resourceCount).padStart(3)} resources  ${folder}/cdk.tf.json`);
  }
}
