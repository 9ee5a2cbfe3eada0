import { Failure } from "@slipway/core";
import type { Engine, Stack } from "@slipway/terraform";
import type { Dns } from "./dns.ts";
import { stackZones, waitsForDns } from "./stack-zones.ts";
import { type Finding, type Wording, zoneSentence } from "./zone-sentence.ts";
import { type Zone, type ZoneState, zoneState } from "./zone-state.ts";

/** Exit code of a command that stops because a person has to hand a domain over first. */
export const delegationExitCode = 3;

/** Zones that the world does not find yet. What a certificate waits for would not come, so nothing was planned or changed. */
export class DelegationPending extends Failure {
  override readonly name = "DelegationPending";
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[], next = "run the same command again: it goes on from here") {
    const sentences = findings.map((finding) => `${finding.what}; ${finding.next}`);
    super(sentences.join(". "), `when DNS has it, ${next}`, { exitCode: delegationExitCode });
    this.findings = findings;
  }
}

export interface CheckRequest extends Wording {
  readonly engine: Pick<Engine, "outputs">;
  readonly stacks: readonly Stack[];
  readonly dns: Dns;
  /** Told what DNS would not say; nobody is stopped by that. */
  readonly warn: (text: string) => void;
  /** What to do once the domain is handed over. */
  readonly next?: string;
}

/**
 * Asks DNS for the zones that a stack with certificates reads, before it is planned or applied: seconds, in place of a certificate that stays
 * pending until its timeout. Does nothing for any other stack, and for zones that are not made yet.
 *
 * @throws DelegationPending
 */
export async function checkDelegations(stack: Stack, request: CheckRequest): Promise<void> {
  if (!waitsForDns(stack)) return;
  const { engine, stacks, dns, warn, next } = request;
  const { zones } = await stackZones(engine, stacks, stack);
  const asked = await askZones(dns, zones, request);
  for (const { state, finding } of asked) {
    if (state.kind === "unknown" && finding !== undefined) warn(`${finding.what}; ${finding.next}`);
  }
  const pending = asked.flatMap(({ state, finding }) =>
    finding === undefined || state.kind === "unknown" ? [] : [finding],
  );
  if (pending.length > 0) throw new DelegationPending(pending, next);
}

export interface AskedZone {
  readonly zone: Zone;
  readonly state: ZoneState;
  /** Undefined where nothing is to be done. */
  readonly finding: Finding | undefined;
}

/** Asks DNS for zones, side by side. */
export async function askZones(dns: Dns, zones: readonly Zone[], wording: Wording): Promise<readonly AskedZone[]> {
  return Promise.all(
    zones.map(async (zone) => {
      const state = await zoneState(dns, zone);
      return { zone, state, finding: zoneSentence(zone, state, wording) };
    }),
  );
}
