import type { ChangeAction } from "./plan-model.ts";

// What `terraform show -json <plan>` can say: Terraform 1.10 to 1.15, OpenTofu 1.10 to 1.12 (their `internal/command/jsonplan`).

/** Every section: "shown" ones are reported, "facts" say nothing about what an apply does. */
export const sections: { readonly [section: string]: "shown" | "facts" } = {
  format_version: "facts",
  terraform_version: "facts",
  timestamp: "facts",
  variables: "facts",
  configuration: "facts",
  prior_state: "facts",
  // The values after the apply, which `resource_changes` and `output_changes` hold beside those before it.
  planned_values: "facts",
  // What of the drift the changes go back to.
  relevant_attributes: "facts",
  resource_changes: "shown",
  resource_drift: "shown",
  output_changes: "shown",
  checks: "shown",
  deferred_changes: "shown",
  applyable: "shown",
  complete: "shown",
  errored: "shown",
  // Terraform 1.14
  action_invocations: "shown",
  deferred_action_invocations: "shown",
};

interface KnownAction {
  /** "none": nothing happens. */
  readonly action: Exclude<ChangeAction, "import" | "move" | "unknown"> | "read" | "none";
  /** True: the object that is replaced stays in AWS. */
  readonly keepsOld?: true;
  /** True: the new object is there before the old one goes. */
  readonly newFirst?: true;
}

/** Every `actions`, joined by commas. */
const managedActions: { readonly [actions: string]: KnownAction } = {
  "no-op": { action: "none" },
  read: { action: "read" },
  create: { action: "create" },
  update: { action: "update" },
  delete: { action: "delete" },
  forget: { action: "forget" },
  "delete,create": { action: "replace" },
  "create,delete": { action: "replace", newFirst: true },
  // Terraform
  "create,forget": { action: "replace", keepsOld: true },
  // OpenTofu 1.12
  "forget,create": { action: "replace", keepsOld: true },
};

/** Every mode of a resource, with its `actions`. An apply reads data sources and opens ephemeral values; it changes neither. */
export const modes: { readonly [mode: string]: { readonly [actions: string]: KnownAction } } = {
  managed: managedActions,
  data: unchanged(managedActions),
  // OpenTofu 1.11
  ephemeral: unchanged({ ...managedActions, read: { action: "none" }, open: { action: "none" } }),
};

function unchanged(actions: typeof managedActions): typeof managedActions {
  const entries = Object.entries(actions).map(([words, { action }]): [string, KnownAction] => [
    words,
    { action: action === "read" ? "read" : "none" },
  ]);
  return Object.fromEntries(entries);
}

/** Every `action_reason`. `forces replacement` beside an attribute says the first one already. */
export const reasons: { readonly [reason: string]: string } = {
  replace_because_cannot_update: "cannot be changed in place",
  replace_because_tainted: "tainted",
  replace_by_request: "asked for by -replace",
  replace_by_triggers: "replace_triggered_by",
  delete_because_no_resource_config: "no longer in the code",
  delete_because_no_module: "its module is no longer in the code",
  delete_because_wrong_repetition: "count or for_each changed",
  delete_because_count_index: "count is smaller",
  delete_because_each_key: "its key is no longer in for_each",
  delete_because_no_move_target: "moved to what is not in the code",
  read_because_config_unknown: "what it asks for is not known yet",
  read_because_dependency_pending: "what it depends on changes first",
  read_because_check_nested: "read again for its check",
  // OpenTofu 1.11 and 1.12
  delete_because_enabled_false: "enabled is false",
  forgot_because_lifecycle_destroy_in_state: "lifecycle destroy was false",
  forgot_because_lifecycle_destroy_in_config: "lifecycle destroy is false",
};

/** Every `reason` of what is put off to a later plan. */
export const deferredReasons: { readonly [reason: string]: string } = {
  instance_count_unknown: "how many there are is not known yet",
  resource_config_unknown: "its configuration is not known yet",
  provider_config_unknown: "the provider's configuration is not known yet",
  deferred_prereq: "what it depends on is put off",
  absent_prereq: "what it depends on is not there yet",
  unknown: "Terraform names no reason",
};

/** Every `action_trigger_event` of an action, before and after the resource that starts it. */
export const triggerEvents: { readonly [event: string]: readonly [string, string] } = {
  BeforeCreate: ["before", "is created"],
  AfterCreate: ["after", "is created"],
  BeforeUpdate: ["before", "is updated"],
  AfterUpdate: ["after", "is updated"],
  BeforeDestroy: ["before", "is destroyed"],
  AfterDestroy: ["after", "is destroyed"],
};

/** Every `status` of a check: whether it is a warning and, if so, what became of it. */
export const checkStatuses: { readonly [status: string]: string | undefined } = {
  pass: undefined,
  // Decided by the apply.
  unknown: undefined,
  fail: "fails",
  error: "cannot be evaluated",
};

/** Terraform's own word, where a table has none for it. */
export function wordsFor(table: { readonly [word: string]: string }, word: string): string {
  return Object.hasOwn(table, word) ? (table[word] ?? word) : word;
}
