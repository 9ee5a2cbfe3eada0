import type { StackPlan } from "@slipway/terraform";

/** Whether `terraform show` would have nothing to say of a plan: it changes nothing, and of drift there is none or it does not count. */
export function tellsNothing({ empty, drifted }: StackPlan, { drift }: { readonly drift: boolean }): boolean {
  return empty && !(drift && drifted);
}
