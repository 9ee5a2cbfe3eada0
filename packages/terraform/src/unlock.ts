import type { EngineContext } from "./engine-context.ts";
import { EngineError } from "./engine-error.ts";
import type { Stack } from "./stack.ts";
import type { LockInfo } from "./state/lock.ts";

/** The holder of the lock of a stack's state. A local lock ends with its process, so that a leftover lock file is ignored. */
export async function lockHolder(context: EngineContext, stack: Stack): Promise<LockInfo | undefined> {
  if (stack.backend.type === "local" && context.runner.working(stack) === undefined) return undefined;
  return await context.states.lock(stack);
}

/** Clears the lock with this id if its Terraform no longer runs. */
export async function unlockStack(context: EngineContext, stack: Stack, id: string): Promise<void> {
  const { runner } = context;
  const holder = await lockHolder(context, stack);
  if (holder === undefined) throw new EngineError(`state of ${stack.name} must be locked to be unlocked`, "it is free");
  if (holder.id !== id) {
    throw new EngineError(
      `lock id (${id}) must be ${holder.id}, that of ${holder.who} since ${holder.created}`,
      "look again who holds it now",
      { reason: "state-locked", holder },
    );
  }
  const working = runner.working(stack);
  if (working !== undefined) {
    throw new EngineError(
      `${working.command} of ${stack.name} (process ${working.pid}) must end by itself, it still works on this machine`,
      `wait for it (log: ${working.logPath})`,
      { reason: "state-locked", holder },
    );
  }
  await runner.prepare(stack);
  await runner.run(stack, "force-unlock", ["force-unlock", "-force", id]);
}
