import type { SafePlan } from "../plan/redact/safe-plan.ts";
import type { Report, StackStatus } from "./report.ts";

export interface Counts {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly import: number;
  readonly move: number;
  readonly forget: number;
}

export interface SafeStack {
  readonly name: string;
  readonly status: StackStatus;
  readonly hash: string;
  readonly resources: number | undefined;
  readonly error: string | undefined;
  readonly upstreamChanged: readonly string[];
  readonly counts: Counts;
  readonly plan: SafePlan | undefined;
}

/** A report that may be shown; only this is rendered. */
export interface SafeReport extends Omit<Report, "stacks"> {
  readonly stacks: readonly SafeStack[];
  readonly counts: Counts;
  readonly hidden: number;
}
