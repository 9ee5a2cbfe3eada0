import { join } from "node:path";
import { Failure } from "@slipway/core";
import type { Stack } from "@slipway/terraform";
import { Command } from "commander";
import { checkAccount } from "./check-account.ts";
import { clearLock } from "./clear-lock.ts";
import type { CliContext } from "./cli-context.ts";
import { knownEnvironment } from "./known-environment.ts";
import { openEnvironment } from "./open-environment.ts";

/** `unlock <environment> <stack>`: clears the lock that a killed Terraform left on a stack's state, after saying whose it is. */
export function unlockCommand(context: CliContext): Command {
  return new Command("unlock")
    .description("clears the lock that a killed Terraform left on a stack's state, after saying whose it is")
    .argument("<environment>")
    .argument("<stack>")
    .option("--yes <lock id>", "the lock's id, in place of the question")
    .action(
      async (key: string, stack: string, options: { yes?: string }) => await unlock(context, key, stack, options),
    );
}

async function unlock(context: CliContext, key: string, name: string, options: { yes?: string }): Promise<void> {
  const target = knownEnvironment(key);
  const variables = await context.variables(key);
  await checkAccount(target, variables);
  const { engine, stacks } = await openEnvironment(context, target, variables, join(context.home, key));
  await clearLock(context, engine, stackOf(stacks, key, name), options);
}

function stackOf(stacks: readonly Stack[], key: string, name: string): Stack {
  const found = stacks.find((stack) => stack.name === name);
  if (found !== undefined) return found;
  throw new Failure(
    `stack (${name}) must be one of ${key}: ${stacks.map((stack) => stack.name).join(", ")}`,
    "nothing was changed",
  );
}
