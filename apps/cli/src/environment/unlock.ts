import { Failure } from "@slipway/core";
import type { Engine, LockInfo, Stack } from "@slipway/terraform";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { checkAccount, knownEnvironment, openEnvironment } from "./open-environment.ts";

/** `unlock <environment> <stack>`: clears the state lock that a killed Terraform left, after it has shown the lock's owner. */
export function unlockCommand(context: CommandContext): Command {
  return new Command("unlock")
    .description("clear the lock that a killed Terraform left on a stack's state, after showing whose it is")
    .argument("<environment>")
    .argument("<stack>")
    .option("--yes <lock id>", "the lock's id, in place of the question")
    .action(
      async (key: string, stack: string, options: { yes?: string }) => await unlock(context, key, stack, options),
    );
}

async function unlock(context: CommandContext, key: string, name: string, options: { yes?: string }): Promise<void> {
  const target = knownEnvironment(key);
  const variables = await context.variables(key);
  await checkAccount(target, variables);
  const { engine, stacks } = await openEnvironment(context, target, variables, context.home.path(key));
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

/**
 * Shows who holds the state lock of a stack, asks for confirmation, clears it and imports the objects that are missing in the state.
 * `yes` is the lock's id and replaces the question.
 */
export async function clearLock(
  context: Pick<CommandContext, "print" | "ask">,
  engine: Pick<Engine, "lockHolder" | "unlock" | "importLeftovers">,
  stack: Stack,
  { yes }: { readonly yes?: string },
): Promise<void> {
  const holder = await engine.lockHolder(stack);
  if (holder === undefined) {
    context.print(`The state of ${stack.name} is not locked: nothing to do.`);
    return;
  }
  context.print(describe(stack, holder));
  if (yes === undefined && context.ask === undefined) {
    throw new Failure(
      `unlock of ${stack.name} must be confirmed`,
      `nobody can be asked here, so make sure that nothing works on it any more and add --yes ${holder.id}`,
    );
  }
  const answer = yes ?? (await context.ask?.("Is it no longer running? Type the lock's id to clear it: ")) ?? "";
  if (answer.trim() !== holder.id) {
    if (yes !== undefined) throw new Failure(`--yes (${yes}) must be ${holder.id}`, "nothing was changed");
    context.print("Nothing was changed.");
    return;
  }
  await engine.unlock(stack, holder.id);
  context.print(`The state of ${stack.name} is free.`);
  const found = Object.keys(await engine.importLeftovers(stack)).length;
  if (found > 0) context.print(`${found} objects that were made but not recorded are in its state now.`);
  context.print("A plan shows what is left to do; one that was reviewed before may be out of date.");
}

function describe(stack: Stack, { id, who, operation, created, version }: LockInfo): string {
  return [
    `The state of ${stack.name} is locked:`,
    `  by         ${who}`,
    `  for        ${operation} (Terraform ${version})`,
    `  since      ${created} (${lockAge(created, Date.now())})`,
    `  lock id    ${id}`,
  ].join("\n");
}

/** How long ago something was, in words: "3 min ago", "2 h ago", "4 days ago". `created` is ISO 8601, `now` in milliseconds. */
export function lockAge(created: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(created)) / 60_000);
  if (Number.isNaN(minutes)) return "time unknown";
  if (minutes < 1) return "less than a minute ago";
  if (minutes < 120) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
