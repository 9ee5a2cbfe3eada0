import type { PlanJson } from "../plan/plan-json.ts";
import type { SafeReport, SafeStack } from "./safe-report.ts";

/** A stack with its plan as Terraform shows it: secrets and all. */
export interface PlannedStack extends Pick<SafeStack, "name" | "status" | "hash"> {
  readonly resources?: number | undefined;
  readonly plan?: PlanJson | undefined;
  /** Address to construct path. */
  readonly constructPaths: ReadonlyMap<string, string>;
  readonly error?: string | undefined;
  /** What else gives secrets away that `error` may quote, in the form of plans: the definition of a stack that has no plan. */
  readonly secretSources?: readonly PlanJson[] | undefined;
  readonly upstreamChanged?: readonly string[] | undefined;
}

/** What was planned for one environment; never leaves the process. */
export interface PlannedReport extends Omit<SafeReport, "version" | "stacks"> {
  readonly stacks: readonly PlannedStack[];
}
