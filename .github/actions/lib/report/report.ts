import type { PlanJson } from "../plan/plan-json.ts";

export type StackStatus = "planned" | "unchanged" | "provisional" | "failed" | "waiting";

/** One stack in `report.json`. */
export interface ReportedStack {
  readonly name: string;
  readonly status: StackStatus;
  /** Hash of what was planned: JSON, engine, provider. */
  readonly hash: string;
  /** How many resources a stack has that waits for the apply of another. */
  readonly resources?: number;
  /** File of `terraform show -json`, beside `report.json`. */
  readonly plan?: string;
  /** The synthesized `cdk.tf.json`, for the construct paths. */
  readonly config?: string;
  readonly error?: string;
  /** Stacks that it reads and that change in the same run, or have yet to be applied. */
  readonly upstreamChanged?: readonly string[];
}

/** `report.json`: what was planned for one environment. */
export interface Report {
  readonly environment: string;
  /** Commit that was planned. */
  readonly head: string;
  readonly runUrl?: string;
  readonly engine: string;
  readonly provider: string;
  readonly stacks: readonly ReportedStack[];
}

/** The report with the files it names. */
export interface LoadedReport extends Omit<Report, "stacks"> {
  readonly stacks: readonly LoadedStack[];
}

export interface LoadedStack extends Omit<ReportedStack, "plan" | "config"> {
  readonly plan?: PlanJson;
  readonly constructPaths: ReadonlyMap<string, string>;
}
