import { modes } from "./plan-facts.ts";
import type { Json, JsonImport, JsonResourceChange } from "./plan-json.ts";
import type { ChangeAction } from "./plan-model.ts";

/** What the tables know of a change's `actions`; undefined for what no engine is known to write. */
export function knownAction({ mode, change }: JsonResourceChange) {
  const table = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
  const actions = change.actions?.join() ?? "";
  return table !== undefined && Object.hasOwn(table, actions) ? table[actions] : undefined;
}

/** Undefined for what an apply leaves alone or only reads. */
export function actionOf(entry: JsonResourceChange): ChangeAction | undefined {
  const action = knownAction(entry)?.action ?? "unknown";
  if (action === "read") return undefined;
  if (action !== "none") return action;
  if (entry.change.importing) return "import";
  return entry.previous_address === undefined ? undefined : "move";
}

/** Terraform's own words, with the mode where that is unknown, too. */
export function rawAction({ mode, change }: JsonResourceChange): string {
  const actions = change.actions?.join(", ") || "no action";
  return mode === "managed" ? actions : `${actions} (${mode})`;
}

/** An identity without what all objects of an environment share. */
export function importIdOf({ id, identity }: JsonImport): string {
  if (id !== undefined && id !== "") return id;
  if (typeof identity !== "object" || identity === null) return "what is not known yet";
  const set = Object.entries(identity).filter(([, value]) => value !== null);
  const own = set.filter(([name]) => name !== "account_id" && name !== "region");
  const pairs = (own.length > 0 ? own : set).map(([name, value]) => `${name}=${textOf(value)}`);
  return pairs.join(", ");
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
