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
  readonly importing?: { readonly id?: string };
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

/** The parts of `terraform show -json <plan>` that are read here. An empty plan has the version only. */
export interface PlanJson {
  readonly format_version: string;
  readonly resource_changes?: readonly JsonResourceChange[];
  readonly resource_drift?: readonly JsonResourceChange[];
  readonly output_changes?: { readonly [name: string]: JsonChange };
  readonly variables?: { readonly [name: string]: { readonly value?: Json } };
  readonly configuration?: { readonly root_module?: JsonModule };
}

/** Stands for an empty plan that was not read with `terraform show`. */
export const emptyPlan: PlanJson = { format_version: "1.2" };
