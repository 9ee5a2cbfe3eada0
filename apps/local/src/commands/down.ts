import type { CommandContext } from "./command-context.ts";

export async function down(_context: CommandContext): Promise<void> {}
