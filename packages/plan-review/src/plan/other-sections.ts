import { diffTrees, valueTree } from "./attribute-diff.ts";
import { checkStatuses, deferredReasons, reasons, sections, triggerEvents, wordsFor } from "./plan-facts.ts";
import type { Json, JsonActionInvocation, JsonCheck, JsonResourceChange, PlanJson } from "./plan-json.ts";
import type { ActionRun, FailedCheck, PendingRead } from "./plan-model.ts";

/** Sections that hold something and that no table here knows. */
export function unknownSections(plan: PlanJson): string[] {
  return Object.entries(plan)
    .filter(([name, content]) => !Object.hasOwn(sections, name) && !isEmpty(content as Json))
    .map(([name]) => name);
}

function isEmpty(content: Json): boolean {
  if (content === null || content === false || content === "") return true;
  return typeof content === "object" && Object.keys(content).length === 0;
}

/** The actions that the apply runs, with what they are given. */
export function actionRuns({ action_invocations: invocations = [] }: PlanJson): ActionRun[] {
  return invocations.map((invocation) => ({
    address: invocation.address,
    trigger: triggerOf(invocation),
    attributes: diffTrees(
      undefined,
      valueTree(invocation.config_values, invocation.config_sensitive, invocation.config_unknown),
    ).map((difference) => ({ ...difference, forcesReplacement: false })),
  }));
}

function triggerOf({ lifecycle_action_trigger: by, invoke_action_trigger: asked }: JsonActionInvocation): string {
  if (by) {
    const { triggering_resource_address: resource = "a resource", action_trigger_event: event = "" } = by;
    const known = Object.hasOwn(triggerEvents, event) ? triggerEvents[event] : undefined;
    return known === undefined ? `${event || "some event"} of ${resource}` : `${known[0]} ${resource} ${known[1]}`;
  }
  const { calling_resource_address: caller = "" } = asked ?? {};
  return asked ? `asked for by -invoke${caller === "" ? "" : ` for ${caller}`}` : "its trigger is not known here";
}

/** The checks that fail, instance by instance where Terraform names them. */
export function failedChecks({ checks = [] }: PlanJson): FailedCheck[] {
  return checks.flatMap((check) => {
    const instances = (check.instances ?? []).map((instance) => failedCheck(instance));
    const failed = instances.filter((instance) => instance !== undefined);
    if (failed.length > 0) return failed;
    return failedCheck(check) ?? [];
  });
}

function failedCheck({
  address,
  status,
  problems = [],
}: Pick<JsonCheck, "address" | "status"> & { readonly problems?: readonly { readonly message: string }[] }):
  | FailedCheck
  | undefined {
  const what = Object.hasOwn(checkStatuses, status) ? checkStatuses[status] : `is "${status}", which is not known here`;
  if (what === undefined) return undefined;
  return { name: address.to_display, what, messages: problems.map(({ message }) => message) };
}

/** What is read only while the plan is applied. */
export function pendingReads(entries: readonly JsonResourceChange[]): PendingRead[] {
  return entries.map(({ address, action_reason: reason = "" }) => ({ address, reason: wordsFor(reasons, reason) }));
}

/**
 * Why a plan cannot be applied as a whole, or undefined if it can. A plan without changes is not "applyable" either, and
 * OpenTofu says neither that nor whether a plan is complete.
 */
export function incompleteness(plan: PlanJson): string | undefined {
  const why = incomplete(plan);
  if (why === undefined) return undefined;
  const putOff = [
    ...(plan.deferred_changes ?? []).map(({ reason, resource_change: { address, change } }) => ({
      what: `${address} (${change?.actions?.join(", ") || "no action"})`,
      reason,
    })),
    ...(plan.deferred_action_invocations ?? []).map(({ reason, action_invocation: { address } }) => ({
      what: address,
      reason,
    })),
  ];
  const lines = putOff.map(({ what, reason }) => `- ${what} is put off: ${wordsFor(deferredReasons, reason)}`);
  return [`${why}: this plan is not complete and cannot be applied`, ...lines].join("\n");
}

function incomplete(plan: PlanJson): string | undefined {
  if (plan.errored === true) return "An error ended the plan";
  if ((plan.deferred_changes ?? []).length + (plan.deferred_action_invocations ?? []).length > 0) {
    return "Terraform puts something off to a later plan";
  }
  if (plan.complete === false) return "Terraform left something out";
  const changes = [
    ...(plan.resource_changes ?? []).map(({ change }) => change),
    ...Object.values(plan.output_changes ?? {}),
  ];
  const acts = changes.some(({ actions }) => actions.join() !== "no-op" && actions.join() !== "read");
  return plan.applyable === false && acts ? "Terraform says that it is not applyable" : undefined;
}
