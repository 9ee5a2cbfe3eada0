import type { CommandContext } from "./command-context.ts";

export async function status(_context: CommandContext): Promise<void> {}
