import { Command } from "commander";
import type { CliContext } from "./cli-context.ts";

/** `secret set|list <environment> [service] [NAME]`: writes the values of secrets, of which Terraform knows only the names. */
export function secretCommand(_context: CliContext): Command {
  return new Command("secret");
}
