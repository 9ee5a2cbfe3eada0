import {
  type AskedZone,
  askZones,
  type Dns,
  type EnvironmentZones,
  isOfRoute53,
  isRegistrable,
  isWithin,
  type Wording,
} from "@slipway/domains";
import type { Environment } from "@slipway/infra";

/** How far the domains of an environment are, in lines to print. */
export interface DomainReport {
  readonly asked: readonly AskedZone[];
  /** Domains whose zones are not made yet. */
  readonly awaited: readonly string[];
  readonly lines: readonly string[];
  /** Whether a person has something to enter, or DNS said something else than it should. */
  readonly pending: boolean;
  /** Whether every zone is made and could be asked for. */
  readonly complete: boolean;
}

export interface DomainReportRequest extends EnvironmentZones {
  readonly dns: Dns;
  readonly wording: Wording;
  /** All environments, of which one may have the zone above. */
  readonly environments: readonly Pick<Environment, "key" | "domain">[];
}

/** Asks DNS for each zone and says what is to be done: what to enter and where, which way the domain is kept, and lines to copy. */
export async function domainReport(request: DomainReportRequest): Promise<DomainReport> {
  const { dns, zones, awaited, wording } = request;
  const asked = await askZones(dns, zones, wording);
  const lines = [
    ...asked.flatMap((each) => zoneLines(each, request)),
    ...awaited.map((domain) => `… ${domain}: its zone is not made yet. ${makeIt(wording.environment)}`),
  ];
  return {
    asked,
    awaited,
    lines,
    pending: asked.some(({ finding, state }) => finding !== undefined && state.kind !== "unknown"),
    complete: awaited.length === 0 && asked.every(({ state }) => state.kind !== "unknown"),
  };
}

const makeIt = (environment: string) =>
  environment === "local" ? "`npm start` makes it" : "Merge it and let the stack `dns` be applied";

function zoneLines(asked: AskedZone, request: DomainReportRequest): readonly string[] {
  const { zone, finding, state } = asked;
  if (finding === undefined) {
    return [`✔ ${zone.domain}: handed over${zone.source === "look-up" ? "; its zone was there before" : ""}`];
  }
  const mark = state.kind === "unknown" ? "?" : "✖";
  return [
    `${mark} ${finding.what}`,
    `    ${finding.next}`,
    ...hints(asked, request).map((line) => (line === "" ? "" : `    ${line}`)),
  ];
}

function hints({ zone, state }: AskedZone, request: DomainReportRequest): readonly string[] {
  if (state.kind === "unknown" || state.kind === "forbidden" || state.kind === "lost") return [];
  if (!isRegistrable(zone.domain)) return delegationLines(zone, request);
  if (request.wording.registrarFile !== undefined) return [];
  const bought =
    'bought in Route 53: the domain came with a zone, which source "look-up" takes; nothing is to be entered';
  const kept = "kept at another registrar: it stays there; enter the four name servers at that registrar";
  const moved =
    "moved to Route 53: enter the four name servers first, then unlock it, turn its privacy off and transfer it with its authorization code, which takes days";
  if (state.kind === "not-delegated") return ["Three ways to a domain:", `- ${bought}`, `- ${kept}`, `- ${moved}`];
  if (state.kind === "elsewhere" && state.found.every(isOfRoute53)) return [`It seems ${bought}`];
  return state.kind === "elsewhere" ? [`It seems ${kept}`, `It may be ${moved}`] : [];
}

/** The lines that hand a zone over in the environment that has the zone above; none where nobody of ours has it. */
function delegationLines(
  { domain, nameServers }: AskedZone["zone"],
  { environments, wording }: DomainReportRequest,
): readonly string[] {
  const above = environments
    .flatMap(({ key, domain: its }) => Object.entries(its?.zones ?? {}).map(([zone, props]) => ({ key, zone, props })))
    .filter(({ zone }) => zone !== domain && isWithin(domain, zone))
    .sort((a, b) => b.zone.length - a.zone.length)[0];
  if (above === undefined) return [];
  const { key, zone, props } = above;
  if (key === wording.environment)
    return [`${zone} is a zone of ${key} too, whose stack \`dns\` hands it over: apply that again`];
  const there = [...(props.delegations?.[domain] ?? [])].map((name) => name.replace(/\.$/, "")).sort();
  if (there.join() === [...nameServers].sort().join()) {
    return [
      `environments.ts has them in zone ${zone} of ${key}: merge that and let the stack \`dns\` of ${key} be applied`,
    ];
  }
  return [
    `In environments.ts, zone ${zone} of ${key}, by a pull request:`,
    "",
    "delegations: {",
    `  "${domain}": [`,
    ...nameServers.map((name) => `    "${name}",`),
    "  ],",
    "},",
  ];
}
