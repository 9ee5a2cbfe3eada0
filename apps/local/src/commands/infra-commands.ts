import type { Command } from "commander";

/** `synth`, `secret` and `destroy`, which work on any environment. */
export async function infraCommands(_program: Command, _root: string): Promise<void> {}
