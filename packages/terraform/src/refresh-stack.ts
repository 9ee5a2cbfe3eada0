import type { EngineContext } from "./engine-context.ts";
import type { Stack } from "./stack.ts";

/** Writes into the state what AWS says of its objects now. Changes nothing in AWS. */
export async function refreshStack({ runner, lockTimeoutSeconds }: EngineContext, stack: Stack): Promise<void> {
  await runner.prepare(stack);
  const lockTimeout = `-lock-timeout=${lockTimeoutSeconds}s`;
  await runner.run(stack, "apply", ["apply", "-refresh-only", "-auto-approve", "-input=false", "-json", lockTimeout]);
}
