import { redactText } from "@slipway/core/redact/redact-text";
import type { PlanJson } from "../plan/plan-json.ts";
import { knownSecrets } from "./known-secrets.ts";

/** Makes texts fit to print; learns from every plan that is shown what must not be. */
export interface Redactor {
  learn(plan: PlanJson): void;
  /** Progress lines and addresses. */
  readonly text: (text: string) => string;
  /** Terraform's messages, which may quote a script or a file too. */
  readonly error: (text: string) => string;
}

export function createRedactor(patterns: readonly RegExp[]): Redactor {
  const plans: PlanJson[] = [];
  let known = knownSecrets(plans);
  return {
    learn(plan) {
      plans.push(plan);
      known = knownSecrets(plans);
    },
    text: (text) => redactText(text, { known: known.values, patterns }),
    error: (text) => redactText(text, { known: [...known.lines, ...known.values], patterns }),
  };
}
