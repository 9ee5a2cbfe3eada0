import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { SafeReport, SafeStack } from "@slipway/plan-review/report/report-schema";
import { stackHash } from "@slipway/terraform";
import type { ApplyInput } from "./input.ts";

export interface ReportRequest {
  readonly opened: OpenedEngine;
  readonly input: Pick<ApplyInput, "commit" | "runUrl">;
  /** Undefined where nothing but a plan came of it. */
  readonly outcome: SafeReport["outcome"];
  /** Names of the stacks that this run applied. */
  readonly applied: readonly string[];
  /** Names of those that differ from what was last applied. */
  readonly left: readonly string[];
  readonly pr: number | undefined;
  /** The plan to say yes to, where one was made. */
  readonly newPlan: { readonly report: SafeReport; readonly planId: string | undefined } | undefined;
}

/** What another job posts of this run: what was applied, or why not, and the new plan where there is one. */
export function applyReport({ opened, input, outcome, applied, left, pr, newPlan }: ReportRequest): SafeReport {
  const { environment, stacks, terraform, provider } = opened;
  const planned = new Map(newPlan?.report.stacks.map((stack) => [stack.name, stack]));
  const shown = stacks.map((stack): SafeStack => {
    const fresh = planned.get(stack.name);
    if (fresh !== undefined && fresh.status !== "unchanged") return fresh;
    const rest = left.includes(stack.name) && fresh === undefined ? "not-applied" : "unchanged";
    const status = applied.includes(stack.name) ? "applied" : rest;
    return { name: stack.name, status, hash: stackHash(stack, terraform.version), upstreamChanged: [] };
  });
  const { planId, expires } = newPlan?.report ?? {};
  return {
    version: 1,
    kind: outcome === undefined ? "plan" : "apply",
    environment,
    head: input.commit,
    // Merging applies nothing of a plan that was made after the merge.
    ...(pr === undefined || outcome === undefined ? {} : { pr }),
    ...(input.runUrl === "" ? {} : { runUrl: input.runUrl }),
    engine: `Terraform ${terraform.version}`,
    provider: `hashicorp/aws ${provider}`,
    ...(planId === undefined ? {} : { planId }),
    ...(expires === undefined ? {} : { expires }),
    ...(outcome === undefined ? {} : { outcome }),
    stacks: shown,
  };
}
