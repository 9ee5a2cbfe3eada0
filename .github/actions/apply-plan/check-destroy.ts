import { ActionFailure } from "@slipway/core";
import { commands } from "@slipway/plan-review/next-commands";
import type { ReviewedPlan } from "./find-plans.ts";
import type { ApplyInput } from "./input.ts";

export interface Losses {
  readonly plan: ReviewedPlan;
  /** Addresses that are replaced or deleted and hold data. */
  readonly addresses: readonly string[];
  /** Makes an address fit to print: a key in it may be a secret. */
  readonly name: (address: string) => string;
}

type Allowed = Pick<ApplyInput, "environment" | "allowDestroy" | "allowDestroyLabel">;

/** Refuses to lose data unless the pull request's label or a pattern allows it. */
export function checkDestroy(losses: readonly Losses[], allowed: Allowed): void {
  const { environment, allowDestroy, allowDestroyLabel } = allowed;
  const patterns = allowDestroy.map(glob);
  for (const { plan, addresses, name } of losses) {
    const refused = addresses.filter((address) => !patterns.some((pattern) => pattern.test(address))).map(name);
    if (refused.length === 0 || plan.pulls.some(({ labels }) => labels.includes(allowDestroyLabel))) continue;
    const names = refused.map((address) => `\`${address}\``).join(", ");
    const what = `${names} would be replaced or destroyed, and with it data, an address or a key`;
    const numbers = plan.pulls.map(({ number }) => `#${number}`).join(" or ");
    const byLabel = `set the label \`${allowDestroyLabel}\` on ${numbers} and ${commands.approve(environment, plan.id)}, or `;
    const byName = commands.approveLosses(environment, plan.id, refused);
    const next = `if that is meant, ${numbers === "" ? "" : byLabel}${byName}`;
    throw new ActionFailure("destroy-not-allowed", what, next);
  }
}

/** `*` stands for anything; all else, brackets too, for itself. */
function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
}
