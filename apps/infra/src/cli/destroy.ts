import { Command } from "commander";
import type { CliContext } from "./cli-context.ts";

/** `destroy <environment>`: takes an environment down, stacks in reverse order, after saying what will be lost. */
export function destroyCommand(_context: CliContext): Command {
  return new Command("destroy");
}
