import { Failure } from "@slipway/core";
import type { Engine, LockInfo, Stack } from "@slipway/terraform";
import type { CliContext } from "./cli-context.ts";
import { lockAge } from "./lock-age.ts";

/**
 * Shows who holds the lock of a stack's state, asks, clears it, and takes over what the holder made without writing it down.
 * `yes` is the lock's id, in place of the question.
 */
export async function clearLock(
  context: Pick<CliContext, "print" | "ask">,
  engine: Pick<Engine, "lockHolder" | "unlock" | "takeOver">,
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
  const answer = yes ?? (await context.ask?.("Does it work no more? Type the lock's id to clear it: ")) ?? "";
  if (answer.trim() !== holder.id) {
    if (yes !== undefined) throw new Failure(`--yes (${yes}) must be ${holder.id}`, "nothing was changed");
    context.print("Nothing was changed.");
    return;
  }
  await engine.unlock(stack, holder.id);
  context.print(`The state of ${stack.name} is free.`);
  const found = Object.keys(await engine.takeOver(stack)).length;
  if (found > 0) context.print(`${found} objects that were made and not written down are in its state now.`);
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
