import { ActionFailure, type Log } from "@slipway/core";
import type { Dns } from "@slipway/domains";
import { checkDelegations, DelegationPending } from "@slipway/domains/delegation-check";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { Stack } from "@slipway/terraform";

export interface DomainCheckRequest {
  readonly opened: Pick<OpenedEngine, "environment" | "engine" | "stacks">;
  readonly dns: Dns;
  readonly log: Log;
}

/** Refuses a stack whose certificates DNS cannot prove yet, before it is planned or applied. */
export type DomainCheck = (stack: Stack) => Promise<void>;

export function domainCheck({ opened, dns, log }: DomainCheckRequest): DomainCheck {
  const { environment, engine, stacks } = opened;
  return async (stack) => {
    try {
      await checkDelegations(stack, { engine, stacks, dns, environment, warn: log.warning });
    } catch (error) {
      if (!(error instanceof DelegationPending)) throw error;
      throw notDelegated(stack, error);
    }
  };
}

function notDelegated({ name }: Stack, error: DelegationPending): ActionFailure {
  const { findings } = error;
  const what = findings.map((finding) => finding.what).join("; ");
  const next = findings.map((finding) => finding.next).join("; ");
  return new ActionFailure(
    "domain-not-delegated",
    `Stack \`${name}\` waits for a person: ${what}`,
    `${next}; when DNS has it, run this job again`,
    { cause: error },
  );
}
