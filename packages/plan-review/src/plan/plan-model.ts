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
  /** What differs where the values themselves do not say it, e.g. "other order". */
  readonly note?: string;
}

/** "unknown" stands for `actions` that no table here knows. */
export type ChangeAction = "create" | "update" | "replace" | "delete" | "import" | "move" | "forget" | "unknown";

export interface ResourceChange {
  readonly address: string;
  /** The construct that made it, as `Database/Instance`; undefined for what no construct made. */
  readonly constructPath: string | undefined;
  readonly type: string;
  readonly action: ChangeAction;
  /** Terraform's own words for an unknown action. */
  readonly rawAction: string | undefined;
  /** True for a replacement that leaves the old object in AWS, out of Terraform's care. */
  readonly keepsOld: boolean;
  /** True for a replacement whose new object is there before the old one goes. */
  readonly newFirst: boolean;
  /** True for what nothing uses, as AWS says. */
  readonly unused: boolean;
  /** Key of the object that an earlier replacement left over: the living one of the address is not meant. */
  readonly deposed: string | undefined;
  /** Attributes that force the replacement, as Terraform writes them. */
  readonly forcedBy: readonly string[];
  /** Terraform's own word for why, e.g. `replace_because_tainted`. */
  readonly reason: string | undefined;
  readonly previousAddress: string | undefined;
  /** What is imported: an id, or an identity as `name=shop`. */
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
  /** Terraform's own words for what is neither. */
  readonly rawAction: string | undefined;
  readonly deposed: string | undefined;
  /** Of these, the ones that the code sets. */
  readonly attributes: readonly AttributeChange[];
}

/** A provider's action that the apply runs. */
export interface ActionRun {
  readonly address: string;
  /** What starts it, e.g. "after aws_ecs_service.web is updated". */
  readonly trigger: string;
  /** What it is given. */
  readonly attributes: readonly AttributeChange[];
}

export interface FailedCheck {
  readonly name: string;
  /** "fails", or what else became of it. */
  readonly what: string;
  readonly messages: readonly string[];
}

/** What is read only while the plan is applied. */
export interface PendingRead {
  readonly address: string;
  readonly reason: string;
}

export interface PlanModel {
  readonly stack: string;
  readonly changes: readonly ResourceChange[];
  readonly outputs: readonly AttributeChange[];
  readonly drift: readonly Drift[];
  readonly runs: readonly ActionRun[];
  readonly checks: readonly FailedCheck[];
  readonly reads: readonly PendingRead[];
  /** Names of sections of the plan that are not known here and hold something. */
  readonly unknownSections: readonly string[];
}
