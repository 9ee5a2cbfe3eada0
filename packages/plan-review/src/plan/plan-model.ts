export type Scalar = string | number | boolean | null;

/** A value at the end of a path: never an object, at most a list of plain values. */
export type Leaf =
  | { readonly kind: "value"; readonly value: Scalar | readonly Scalar[]; readonly reference: boolean }
  | { readonly kind: "sensitive"; readonly value: Scalar | readonly Scalar[] }
  | { readonly kind: "unknown" };

/** One step into a value; `label` is what a list item or a name/value pair calls itself. */
export interface Step {
  readonly key: string | number;
  readonly label?: string;
}

export interface AttributeChange {
  readonly path: readonly Step[];
  readonly before: Leaf | undefined;
  readonly after: Leaf | undefined;
  readonly forcesReplacement: boolean;
}

export type ChangeAction = "create" | "update" | "replace" | "delete" | "import" | "move" | "forget";

export interface ResourceChange {
  readonly address: string;
  /** The construct that made it, as `Database/Instance`; undefined for what no construct made. */
  readonly constructPath: string | undefined;
  readonly type: string;
  readonly action: ChangeAction;
  /** Attributes that force the replacement, as Terraform writes them. */
  readonly forcedBy: readonly string[];
  /** Terraform's own word for why, e.g. `replace_because_tainted`. */
  readonly reason: string | undefined;
  readonly previousAddress: string | undefined;
  readonly importId: string | undefined;
  /** True when the change only puts back what somebody changed outside Terraform. */
  readonly putsBack: boolean;
  readonly attributes: readonly AttributeChange[];
}

/** What was found different from the state, with nothing in the code asking for it. */
export interface Drift {
  readonly address: string;
  readonly constructPath: string | undefined;
  readonly type: string;
  readonly action: "update" | "delete";
  /** Of these, the ones that the code sets. */
  readonly attributes: readonly AttributeChange[];
}

export interface PlanModel {
  readonly stack: string;
  readonly changes: readonly ResourceChange[];
  readonly outputs: readonly AttributeChange[];
  readonly drift: readonly Drift[];
}
