import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Step } from "./workflow.ts";

export interface ActionDefinition {
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main?: string; readonly steps?: readonly Step[] };
}

const folder = join(__dirname, "../..");

/** Folders of all actions of the repository. */
export const actionNames: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(folder, entry.name)).includes("action.yml"))
  .map(({ name }) => name)
  .sort();

const known = new Map<string, ActionDefinition>();

/** What `./.github/actions/<name>` declares. */
export function readAction(name: string): ActionDefinition {
  const found: ActionDefinition = known.get(name) ?? parse(readFileSync(join(folder, name, "action.yml"), "utf8"));
  known.set(name, found);
  return found;
}
