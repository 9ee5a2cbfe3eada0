import { getServers } from "node:dns";
import type { Variables } from "@slipway/core";
import type { Answer, RecordType } from "dns-packet";
import { ask, NoReply, type Reply, type Server } from "./ask.ts";
import { isWithin, namesAbove, plain } from "./names.ts";

/** What the servers of the zone above say of a domain. */
export interface Delegation {
  /** The zone above; "" is the root. */
  readonly above: string;
  /** Empty where the domain is handed over to nobody. */
  readonly nameServers: readonly string[];
}

/** The servers of a zone on the way answer nothing about what is below it. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  readonly zone: string;

  constructor(zone: string) {
    super(`the name servers of ${zone || "the root"} do not answer for it`);
    this.zone = zone;
  }
}

/** Questions to DNS. Each may throw NoReply where no server can be reached. */
export interface Dns {
  /** The delegation as the zone above has it now, whatever caches say. @throws Unanswered */
  delegation(domain: string): Promise<Delegation>;
  /** Whether one of the servers answers for the domain as its own. */
  answersFor(domain: string, nameServers: readonly string[]): Promise<boolean>;
  /** What a client finds. */
  resolve(name: string, type: RecordType): Promise<Reply>;
}

export interface DnsOptions {
  /** Servers that find answers elsewhere. @default the system's */
  readonly resolvers?: readonly Server[];
  /** Port of name servers. @default 53 */
  readonly port?: number;
  /** One server that stands for every name server, as that of the local AWS does. @default the name servers themselves */
  readonly standIn?: Server;
}

/** DNS as variables say: SLIPWAY_DNS is address and port of a server that stands for all, as the local AWS's does; without it, the world's. */
export function openDns(variables: Variables): Dns {
  const given = variables.SLIPWAY_DNS;
  return given ? createDns({ standIn: serverOf(given) }) : createDns();
}

export function createDns({ resolvers = systemResolvers(), port = 53, standIn }: DnsOptions = {}): Dns {
  const recursive = standIn === undefined ? resolvers : [standIn];
  const resolve = (name: string, type: RecordType) =>
    askFirst(recursive, (server) => ask(server, { name, type, recursive: true }));

  async function serversOf(names: readonly string[]): Promise<readonly Server[]> {
    if (standIn !== undefined) return [standIn];
    const found = await Promise.all(names.map((name) => resolve(name, "A").catch(() => undefined)));
    return found.flatMap((reply) => valuesOf(reply?.answers ?? [], "A")).map((address) => ({ address, port }));
  }

  /** The nearest zone above whose name servers are known. */
  async function nearestAbove(domain: string): Promise<Delegation> {
    const [nearest = ""] = namesAbove(domain);
    if (standIn !== undefined) return { above: nearest, nameServers: [] };
    for (const above of [...namesAbove(domain), ""]) {
      const { answers } = await resolve(above || ".", "NS");
      const nameServers = valuesOf(answers, "NS", above);
      if (nameServers.length > 0) return { above, nameServers };
    }
    throw new Unanswered("");
  }

  return {
    resolve,

    async delegation(domain) {
      let at = await nearestAbove(domain);
      for (let depth = 0; depth < 8; depth += 1) {
        const next = await askAbove(domain, at, await serversOf(at.nameServers));
        if (next.found) return next.delegation;
        at = next.delegation;
      }
      throw new Unanswered(at.above);
    },

    async answersFor(domain, nameServers) {
      const servers = await serversOf(nameServers);
      const replies = servers.map((server) =>
        ask(server, { name: domain, type: "SOA", recursive: false }).catch(() => undefined),
      );
      return (await Promise.all(replies)).some(
        (reply) =>
          reply?.authoritative === true &&
          reply.code === "NOERROR" &&
          valuesOf(reply.answers, "SOA", domain).length > 0,
      );
    },
  };
}

type Step = { readonly found: boolean; readonly delegation: Delegation };

/** One question on the way down: the delegation itself, nobody, or a zone in between to go on from. */
async function askAbove(domain: string, { above }: Delegation, servers: readonly Server[]): Promise<Step> {
  const failed: unknown[] = [];
  for (const server of servers) {
    const reply = await ask(server, { name: domain, type: "NS", recursive: false }).catch((error: unknown) => {
      failed.push(error);
      return undefined;
    });
    const step = reply === undefined ? undefined : stepOf(domain, above, reply);
    if (step !== undefined) return step;
  }
  if (failed.length > 0 && failed.length === servers.length) throw failed[0];
  throw new Unanswered(above);
}

/** Undefined for an answer that says nothing. */
function stepOf(domain: string, above: string, { code, authoritative, answers, authorities }: Reply): Step | undefined {
  // A server that has both zones answers with the lower one's own records.
  const named = [...valuesOf(authorities, "NS", domain), ...valuesOf(answers, "NS", domain)];
  if (named.length > 0) return { found: true, delegation: { above, nameServers: [...new Set(named)].sort() } };
  const between = authorities.find(({ type, name }) => type === "NS" && isBetween(plain(name), above, domain));
  if (between !== undefined) {
    const zone = plain(between.name);
    return { found: false, delegation: { above: zone, nameServers: valuesOf(authorities, "NS", zone) } };
  }
  if (!authoritative || (code !== "NOERROR" && code !== "NXDOMAIN")) return undefined;
  const soa = authorities.find(({ type, name }) => type === "SOA" && isWithin(domain, plain(name)));
  return { found: true, delegation: { above: soa === undefined ? above : plain(soa.name), nameServers: [] } };
}

const isBetween = (zone: string, above: string, domain: string) =>
  zone !== above && zone !== domain && isWithin(zone, above) && isWithin(domain, zone);

/** Values of the records of a type, names as they are compared. */
export function valuesOf(records: readonly Answer[], type: RecordType, owner?: string): readonly string[] {
  return records
    .filter((record) => record.type === type && (owner === undefined || plain(record.name) === owner))
    .map((record) => {
      const { data } = record as { data: unknown };
      return plain(typeof data === "string" ? data : String((data as { mname?: string }).mname));
    });
}

async function askFirst(servers: readonly Server[], work: (server: Server) => Promise<Reply>): Promise<Reply> {
  let last: unknown = new NoReply("no DNS server is known");
  for (const server of servers) {
    try {
      return await work(server);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function systemResolvers(): readonly Server[] {
  return getServers().map(serverOf);
}

/** "192.0.2.1", "192.0.2.1:53", "2001:db8::1" or "[2001:db8::1]:53". */
export function serverOf(text: string): Server {
  const [, bracketed, address = text, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  return { address: bracketed ?? address, port: Number(port ?? 53) };
}
