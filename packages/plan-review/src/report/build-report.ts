import { redactText } from "@slipway/core/redact/redact-text";
import { incompleteness } from "../plan/other-sections.ts";
import { parsePlan } from "../plan/parse-plan.ts";
import type { PlanJson } from "../plan/plan-json.ts";
import type { PlanModel } from "../plan/plan-model.ts";
import { knownSecrets } from "../redact/known-secrets.ts";
import { type RedactionRules, redactPlan } from "../redact/redact-plan.ts";
import type { SafeReport, SafeStack } from "./report-schema.ts";

type Shape = (plan: PlanModel) => PlanModel;

/** Turns plans into what may be shown: parsed and redacted. A secret of one stack is hidden in all. */
export function buildReport(
  report: PlannedReport,
  user: Omit<RedactionRules, "known">,
  shape: Shape = (plan) => plan,
): SafeReport {
  const known = knownSecrets(
    report.stacks.flatMap(({ plan, secretSources = [] }) => [...(plan ? [plan] : []), ...secretSources]),
  );
  const rules: RedactionRules = { ...user, known: known.values };
  const inErrors = { ...rules, known: [...known.lines, ...known.values] };
  const { outcome } = report;
  const redacted = (text: string | undefined) => (text === undefined ? undefined : redactText(text, inErrors));
  return {
    ...report,
    version: 1,
    ...(outcome === undefined ? {} : { outcome: { ...outcome, what: redacted(outcome.what) } }),
    stacks: report.stacks.map((stack) => safeStack(stack, shape, rules, inErrors)),
  };
}

function safeStack(stack: PlannedStack, shape: Shape, rules: RedactionRules, inErrors: RedactionRules): SafeStack {
  const { name, status, hash, resources, upstreamChanged = [], plan, constructPaths } = stack;
  const incomplete = plan === undefined ? undefined : incompleteness(plan);
  const error = [stack.error, incomplete].filter((text) => text !== undefined).join("\n\n");
  return {
    name,
    // What cannot be applied was not planned, whatever the engine's exit code said.
    status: incomplete === undefined ? status : "failed",
    hash,
    resources,
    error: error === "" ? stack.error : redactText(error.slice(0, 100_000), inErrors),
    upstreamChanged: [...upstreamChanged],
    plan: plan === undefined ? undefined : redactPlan(shape(parsePlan(name, plan, constructPaths)), rules),
  };
}

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
