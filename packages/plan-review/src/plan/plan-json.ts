import type { Scalar } from "./plan-model.ts";

export type Json = Scalar | readonly Json[] | { readonly [key: string]: Json };

export interface JsonChange {
  readonly actions: readonly string[];
  readonly before: Json;
  readonly after: Json;
  readonly after_unknown?: Json;
  readonly before_sensitive?: Json;
  readonly after_sensitive?: Json;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: JsonImport | null;
  readonly generated_config?: string;
}

/** What is imported: by its id, or by its identity (Terraform 1.12, OpenTofu 1.12); neither if it is not known yet. */
export interface JsonImport {
  readonly id?: string;
  readonly identity?: Json;
  readonly unknown?: boolean;
}

export interface JsonResourceChange {
  readonly address: string;
  readonly previous_address?: string;
  /** Key of an object that a replacement left over. */
  readonly deposed?: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly action_reason?: string;
  readonly change: JsonChange;
}

export interface JsonModule {
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly expressions?: { readonly [attribute: string]: Json };
  }[];
  readonly variables?: { readonly [name: string]: { readonly sensitive?: boolean } };
}

export interface JsonState {
  readonly resources?: readonly { readonly address: string; readonly values?: { readonly [name: string]: Json } }[];
}

/** A provider's action that the apply runs (Terraform 1.14). */
export interface JsonActionInvocation {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly config_values?: Json;
  readonly config_sensitive?: Json;
  readonly config_unknown?: Json;
  /** Set when a change of a resource starts it. */
  readonly lifecycle_action_trigger?: {
    readonly triggering_resource_address?: string;
    /** `BeforeCreate`, `AfterCreate`, `BeforeUpdate`, `AfterUpdate`, … */
    readonly action_trigger_event?: string;
    readonly action_trigger_block_index?: number;
    readonly actions_list_index?: number;
    readonly on_failure?: string;
  } | null;
  /** Set when the plan was made with `-invoke`. */
  readonly invoke_action_trigger?: { readonly calling_resource_address?: string } | null;
}

/** A change that Terraform puts off to a later plan. */
export interface JsonDeferredChange {
  /** `instance_count_unknown`, `resource_config_unknown`, `deferred_prereq`, … */
  readonly reason: string;
  readonly resource_change: JsonResourceChange;
}

export interface JsonDeferredAction {
  readonly reason: string;
  readonly action_invocation: JsonActionInvocation;
}

export type JsonCheckStatus = "pass" | "fail" | "error" | "unknown";

/** What came of a `check` block, a condition of a resource or an output, or a variable's validation. */
export interface JsonCheck {
  readonly address: { readonly kind?: string; readonly name?: string; readonly to_display: string };
  readonly status: JsonCheckStatus;
  readonly instances?: readonly {
    readonly address: { readonly to_display: string };
    readonly status: JsonCheckStatus;
    readonly problems?: readonly { readonly message: string }[];
  }[];
}

/** The parts of `terraform show -json <plan>` that are read here. An empty plan has the version only. */
export interface PlanJson {
  readonly format_version: string;
  readonly terraform_version?: string;
  /** False for a plan without changes too. OpenTofu has neither this nor `complete`. */
  readonly applyable?: boolean;
  /** False if another plan must follow: something is put off, left out by `-target`, or an error ended the plan. */
  readonly complete?: boolean;
  readonly errored?: boolean;
  readonly resource_changes?: readonly JsonResourceChange[];
  readonly resource_drift?: readonly JsonResourceChange[];
  readonly deferred_changes?: readonly JsonDeferredChange[];
  readonly deferred_action_invocations?: readonly JsonDeferredAction[];
  readonly action_invocations?: readonly JsonActionInvocation[];
  readonly checks?: readonly JsonCheck[];
  readonly output_changes?: { readonly [name: string]: JsonChange };
  readonly variables?: { readonly [name: string]: { readonly value?: Json } };
  readonly configuration?: { readonly root_module?: JsonModule };
  /** The state as AWS has it now. */
  readonly prior_state?: { readonly values?: { readonly root_module?: JsonState } };
}

/** Stands for an empty plan that was not read with `terraform show`. */
export const emptyPlan: PlanJson = { format_version: "1.2" };
