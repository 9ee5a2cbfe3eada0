import { NoReply } from "./ask.ts";
import { type CaaProblem, caaProblem } from "./caa.ts";
import { type Dns, Unanswered } from "./dns.ts";
import { plain } from "./names.ts";

/** A hosted zone, as Route 53 has it. */
export interface Zone {
  readonly domain: string;
  /** The four that Route 53 gave it. */
  readonly nameServers: readonly string[];
  /** "create": made by a stack; "look-up": it was there, and somebody else may serve it under names of their own. */
  readonly source: "create" | "look-up";
  /** Names on certificates that lie in it. */
  readonly names: readonly string[];
}

/** Whether the world finds a zone, and Amazon may issue certificates for its names. */
export type ZoneState =
  | { readonly kind: "handed-over" }
  /** The zone above names no name servers for it. */
  | { readonly kind: "not-delegated"; readonly above: string }
  /** Others answer for it. */
  | { readonly kind: "elsewhere"; readonly above: string; readonly found: readonly string[] }
  /** Some of its four are named, but not just these. */
  | {
      readonly kind: "incomplete";
      readonly above: string;
      readonly missing: readonly string[];
      readonly surplus: readonly string[];
    }
  /** Those that are named do not answer for it: they are of a zone that is gone. */
  | { readonly kind: "stale"; readonly above: string; readonly found: readonly string[] }
  /** CAA records keep Amazon from issuing. */
  | { readonly kind: "forbidden"; readonly caa: CaaProblem }
  /** Nobody answers for a zone above, so nothing below is found. */
  | { readonly kind: "lost"; readonly above: string }
  /** DNS cannot be asked from here. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Asks DNS for a zone, from the name servers of the zone above on. */
export async function zoneState(dns: Dns, zone: Zone): Promise<ZoneState> {
  try {
    return (await delegationProblem(dns, zone)) ?? (await forbidden(dns, zone)) ?? { kind: "handed-over" };
  } catch (error) {
    if (error instanceof Unanswered) return { kind: "lost", above: error.zone };
    if (error instanceof NoReply) return { kind: "unknown", reason: error.message };
    throw error;
  }
}

async function delegationProblem(dns: Dns, zone: Zone): Promise<ZoneState | undefined> {
  const { domain, source } = zone;
  const { above, nameServers: found } = await dns.delegation(domain);
  if (found.length === 0) return { kind: "not-delegated", above };
  const wanted = zone.nameServers.map(plain);
  const missing = wanted.filter((server) => !found.includes(server));
  const surplus = found.filter((server) => !wanted.includes(server));
  if (missing.length === 0 && surplus.length === 0) return undefined;
  if (missing.length < wanted.length) {
    return source === "look-up" ? undefined : { kind: "incomplete", above, missing, surplus };
  }
  if (!(await dns.answersFor(domain, found))) return { kind: "stale", above, found };
  // Names of one's own for Route 53's servers are usual; of a zone that is looked up, they may be somebody's.
  return source === "look-up" ? undefined : { kind: "elsewhere", above, found };
}

async function forbidden(dns: Dns, { domain, names, source }: Zone): Promise<ZoneState | undefined> {
  for (const name of names.length > 0 ? names : [domain]) {
    const caa = await caaProblem(dns, name, source === "create" ? domain : undefined);
    if (caa !== undefined) return { kind: "forbidden", caa };
  }
  return undefined;
}
