import { getDomain } from "tldts";
import { isOfRoute53, list } from "./names.ts";
import type { Zone, ZoneState } from "./zone-state.ts";

/** What is wrong, and what to enter where. */
export interface Finding {
  readonly what: string;
  readonly next: string;
}

export interface Wording {
  /** Key of the environment, for the command that is named. */
  readonly environment: string;
  /** File that stands for the registrar. @default a registrar */
  readonly registrarFile?: string | undefined;
}

/** One sentence for the state of a zone; undefined where nothing is to be done. */
export function zoneSentence(zone: Zone, state: ZoneState, wording: Wording): Finding | undefined {
  const { domain } = zone;
  const problem = (but: string, next: string): Finding => ({
    what: `domain (${domain}) must be handed over to its zone, but ${but}`,
    next,
  });
  switch (state.kind) {
    case "handed-over":
      return undefined;
    case "not-delegated":
      return problem(`${zoneName(state.above)} names no name servers for it`, enter(zone, state.above, wording));
    case "elsewhere":
      return problem(
        `${zoneName(state.above)} names ${list(state.found)}, which answer for it`,
        enter(zone, state.above, wording, otherZone(state.found)),
      );
    case "incomplete": {
      const { missing, surplus, above } = state;
      const parts = [
        ...(missing.length > 0 ? [`lacks ${list(missing)}`] : []),
        ...(surplus.length > 0 ? [`also names ${list(surplus)}`] : []),
      ];
      return problem(`${zoneName(above)} ${parts.join(" and ")}`, enter(zone, above, wording, "and no other"));
    }
    case "stale":
      return problem(
        `${zoneName(state.above)} names ${list(state.found)}, which do not answer for it: they are of a zone that is gone`,
        enter(zone, state.above, wording, "in their place"),
      );
    case "forbidden": {
      const { name, at, allowed } = state.caa;
      const who = allowed.length === 0 ? "nobody" : `${list(allowed)} alone`;
      return {
        what: `CAA records of ${at} (${who}) must let Amazon issue a certificate for ${name}`,
        next: `add 0 ${name.startsWith("*.") ? "issuewild" : "issue"} "amazon.com" to them where the DNS records of ${at} are kept`,
      };
    }
    case "lost":
      return problem(
        `the name servers of ${zoneName(state.above)} do not answer for what is above it`,
        `have ${zoneName(state.above)} handed over first; then ${enter(zone, state.above, wording)}`,
      );
    case "unknown":
      return {
        what: `domain (${domain}) must be looked up in DNS, which gave no answer (${state.reason})`,
        next: "let this machine ask DNS servers (UDP and TCP port 53)",
      };
  }
}

/** Whether people register this very name at a registrar; what lies below it is handed over by a record of the zone above. */
export const isRegistrable = (domain: string): boolean => getDomain(domain, { allowPrivateDomains: false }) === domain;

/** The four, and where: at the registrar of what one registers, else in the zone above. */
function enter(
  { domain, nameServers }: Zone,
  above: string,
  { environment, registrarFile }: Wording,
  more?: string,
): string {
  const extra = more === undefined ? "" : `, ${more}`;
  const servers = list(nameServers);
  if (!isRegistrable(domain)) {
    return `enter ${servers} as NS records of ${domain} in the zone ${zoneName(above)}${extra} (\`npm run domain -- ${environment}\` prints the lines for environments.ts, where that zone is one of yours)`;
  }
  const where =
    registrarFile === undefined ? `as name servers at the registrar of ${domain}` : `for ${domain} in ${registrarFile}`;
  return `enter ${servers} ${where}${extra}`;
}

/** A domain that is bought in Route 53 comes with a zone of its own. */
function otherZone(found: readonly string[]): string {
  return found.every(isOfRoute53)
    ? 'in their place, or take the zone that answers, which came with a domain bought in Route 53: source "look-up"'
    : "in their place, once all records of the domain are in the zone";
}

const zoneName = (zone: string) => zone || "the root";
