import { parsePlan } from "../plan/parse-plan.ts";
import type { PlanModel } from "../plan/plan-model.ts";
import { knownSecrets } from "../plan/redact/known-secrets.ts";
import type { RedactionRules } from "../plan/redact/redact-leaf.ts";
import { redactPlan } from "../plan/redact/redact-plan.ts";
import { redactText } from "../plan/redact/redact-text.ts";
import type { LoadedReport, LoadedStack } from "./report.ts";
import type { Counts, SafeReport, SafeStack } from "./safe-report.ts";

const none: Counts = { create: 0, update: 0, replace: 0, delete: 0, import: 0, move: 0, forget: 0 };

type Shape = (plan: PlanModel) => PlanModel;

/** Turns plans into what may be shown: parsed, redacted, counted. A secret of one stack is hidden in all. */
export function buildReport(
  report: LoadedReport,
  user: Omit<RedactionRules, "known">,
  shape: Shape = (plan) => plan,
): SafeReport {
  const plans = report.stacks.flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
  const known = knownSecrets(plans);
  const rules: RedactionRules = { ...user, known: known.values };
  const inErrors = { ...rules, known: [...known.lines, ...known.values] };
  const stacks = report.stacks.map((stack) => safeStack(stack, shape, rules, inErrors));
  const keys = Object.keys(none) as (keyof Counts)[];
  const sum = (key: keyof Counts) => stacks.reduce((total, { counts }) => total + counts[key], 0);
  const counts = Object.fromEntries(keys.map((key) => [key, sum(key)])) as unknown as Counts;
  const hidden = stacks.reduce((total, { plan }) => total + (plan?.hidden ?? 0), 0);
  return { ...report, stacks, counts, hidden };
}

function safeStack(stack: LoadedStack, shape: Shape, rules: RedactionRules, inErrors: RedactionRules): SafeStack {
  const plan =
    stack.plan === undefined
      ? undefined
      : redactPlan(shape(parsePlan(stack.name, stack.plan, stack.constructPaths)), rules);
  const counts: { -readonly [K in keyof Counts]: number } = { ...none };
  for (const { action } of plan?.changes ?? []) if (action !== "read") counts[action] += 1;
  return {
    name: stack.name,
    status: stack.status,
    hash: stack.hash,
    resources: stack.resources,
    error: stack.error === undefined ? undefined : redactText(stack.error.slice(0, 100_000), inErrors),
    upstreamChanged: stack.upstreamChanged ?? [],
    counts,
    plan,
  };
}
