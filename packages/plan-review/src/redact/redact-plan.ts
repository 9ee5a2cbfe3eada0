import type { AttributeChange, Drift, PlanModel, ResourceChange, Step } from "../plan/plan-model.ts";
import type { SafeAttribute, SafeChange, SafeDrift, SafePlan } from "../report/safe-report.ts";
import { type RedactionRules, redactLeaf } from "./redact-leaf.ts";
import { redactText } from "./redact-text.ts";

/** A plan that may be shown to everybody who can read the pull request. */
export function redactPlan(plan: PlanModel, rules: RedactionRules): SafePlan {
  let hidden = 0;
  const text = (value: string) => redactText(value, rules);
  const attribute = (change: AttributeChange): SafeAttribute => {
    const before = change.before && redactLeaf(change.before, change.path, rules);
    const after = change.after && redactLeaf(change.after, change.path, rules);
    hidden += before?.hidden || after?.hidden ? 1 : 0;
    return {
      path: text(pathText(change.path)),
      before: before?.text,
      after: after?.text,
      forcesReplacement: change.forcesReplacement,
    };
  };
  const where = ({ address, constructPath, type }: ResourceChange | Drift) => ({
    address: text(address),
    constructPath: constructPath === undefined ? undefined : text(constructPath),
    type,
  });
  const change = (entry: ResourceChange): SafeChange => ({
    ...where(entry),
    action: entry.action,
    forcedBy: entry.forcedBy.map(text),
    reason: entry.reason,
    previousAddress: entry.previousAddress === undefined ? undefined : text(entry.previousAddress),
    importId: entry.importId === undefined ? undefined : text(entry.importId),
    putsBack: entry.putsBack,
    attributes: entry.attributes.map(attribute),
  });
  const drift = (entry: Drift): SafeDrift => ({
    ...where(entry),
    action: entry.action,
    attributes: entry.attributes.map(attribute),
  });
  const changes = plan.changes.map(change);
  const outputs = plan.outputs.map(attribute);
  return { changes, outputs, drift: plan.drift.map(drift), hidden };
}

function pathText(path: readonly Step[]): string {
  return path
    .map(({ key, label }, index) => {
      if (typeof key === "number" || label === key) return `[${label === undefined ? key : JSON.stringify(label)}]`;
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}
