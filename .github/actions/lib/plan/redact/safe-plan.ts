import type { ChangeAction } from "../plan-model.ts";

/** A plan that may be shown: every text in it has been through the redaction. Only this is ever rendered. */
export interface SafePlan {
  readonly stack: string;
  readonly changes: readonly SafeChange[];
  readonly outputs: readonly SafeAttribute[];
  readonly drift: readonly SafeDrift[];
  /** How many values are not shown. */
  readonly hidden: number;
}

export interface SafeAttribute {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly forcesReplacement: boolean;
}

export interface SafeChange {
  readonly stack: string;
  readonly address: string;
  readonly constructPath: string | undefined;
  readonly type: string;
  readonly action: ChangeAction;
  readonly forcedBy: readonly string[];
  readonly reason: string | undefined;
  readonly previousAddress: string | undefined;
  readonly importId: string | undefined;
  readonly putsBack: boolean;
  readonly attributes: readonly SafeAttribute[];
}

export interface SafeDrift {
  readonly stack: string;
  readonly address: string;
  readonly constructPath: string | undefined;
  readonly type: string;
  readonly action: "update" | "delete";
  readonly attributes: readonly SafeAttribute[];
}
