import { ActionFailure, type Log } from "@slipway/core";
import type { DelegationPending } from "@slipway/domains/delegation-check";
import type { Dns } from "@slipway/domains/dns";
import { waitsForDns } from "@slipway/domains/stack-zones";
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
    if (!waitsForDns(stack)) return;
    // Loaded on use: most stacks wait for no name.
    const { checkDelegations, DelegationPending: Pending } = await import("@slipway/domains/delegation-check");
    try {
      await checkDelegations(stack, { engine, stacks, dns, environment, warn: log.warning });
    } catch (error) {
      if (!(error instanceof Pending)) throw error;
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
