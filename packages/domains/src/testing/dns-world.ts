import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { type Answer, decode, encode, type Packet, type RecordType } from "dns-packet";

export interface TestZone {
  readonly origin: string;
  readonly records: readonly Answer[];
}

/** For tests: name servers and a resolver of a small world, at addresses of their own on one port. Linux alone has those addresses. */
export interface DnsWorld {
  readonly port: number;
  readonly close: () => Promise<void>;
  /** Questions as "<address> <type> <name>", with " +rd" where recursion was asked for. */
  readonly questions: string[];
}

export const record = (name: string, type: RecordType, data: unknown): Answer =>
  ({ name, type, ttl: 60, data }) as Answer;

/** The resolver's address; it looks through every zone of the world, beginning with the root's. */
export const resolverAddress = "127.0.53.1";

/**
 * @param zones by the address of their server, which answers for no others (REFUSED)
 * @param servers name of a name server to its address
 */
export async function dnsWorld(
  zones: Readonly<Record<string, readonly TestZone[]>>,
  servers: Readonly<Record<string, string>>,
): Promise<DnsWorld> {
  const questions: string[] = [];
  const closing: (() => Promise<void>)[] = [];
  let port = 0;
  const resolve = (name: string, type: RecordType): Partial<Packet> & Codes => {
    const address = type === "A" ? servers[name] : undefined;
    if (address !== undefined) return { rcode: "NOERROR", aa: false, answers: [record(name, "A", address)] };
    let at = Object.entries(zones).find(([, own]) => own.some(({ origin }) => origin === ""))?.[0] ?? "";
    for (;;) {
      const found = authoritative(zones[at] ?? [], name, type);
      const next = found.aa ? undefined : found.authorities?.[0];
      if (next?.type !== "NS") return found.rcode === "REFUSED" ? { rcode: "SERVFAIL", aa: false } : found;
      at = servers[String(next.data)] ?? "";
    }
  };
  for (const address of [resolverAddress, ...Object.keys(zones)]) {
    const reply = (wire: Buffer): Buffer => {
      const query = decode(wire);
      const { name = "", type = "A" } = query.questions?.[0] ?? {};
      const recursive = ((query.flags ?? 0) & 0x100) !== 0;
      const asked = name.replace(/\.$/, "");
      questions.push(`${address} ${type} ${asked || "."}${recursive ? " +rd" : ""}`);
      const found =
        address === resolverAddress ? resolve(asked, type) : authoritative(zones[address] ?? [], asked, type);
      return encoded(query, found);
    };
    port = await serve(address, port, reply, closing);
  }
  return { port, questions, close: async () => void (await Promise.all(closing.map((close) => close()))) };
}

interface Codes {
  readonly rcode: "NOERROR" | "NXDOMAIN" | "REFUSED" | "SERVFAIL";
  readonly aa: boolean;
}

const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

function encoded(
  { id, questions }: Packet,
  { rcode, aa, answers = [], authorities = [] }: Partial<Packet> & Codes,
): Buffer {
  const flags = (aa ? 0x400 : 0) | codes[rcode];
  return encode({
    type: "response",
    ...(id === undefined ? {} : { id }),
    flags,
    questions: questions ?? [],
    answers,
    authorities,
  });
}

const within = (name: string, zone: string) => zone === "" || name === zone || name.endsWith(`.${zone}`);

/** What a server of these zones answers: its records, a delegation, or that there is nothing. */
function authoritative(zones: readonly TestZone[], name: string, type: RecordType): Partial<Packet> & Codes {
  const [zone] = zones.filter(({ origin }) => within(name, origin)).sort((a, b) => b.origin.length - a.origin.length);
  if (zone === undefined) return { rcode: "REFUSED", aa: false };
  const { origin, records } = zone;
  const cut = records.find((each) => each.type === "NS" && each.name !== origin && within(name, each.name));
  if (cut !== undefined) {
    return {
      rcode: "NOERROR",
      aa: false,
      authorities: records.filter((each) => each.type === "NS" && each.name === cut.name),
    };
  }
  const answers = records.filter((each) => each.name === name && (each.type === type || each.type === "CNAME"));
  const soa = record(origin || ".", "SOA", {
    mname: "ns",
    rname: "h",
    serial: 1,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum: 1,
  });
  if (type === "SOA" && name === origin) return { rcode: "NOERROR", aa: true, answers: [soa] };
  if (answers.length > 0) return { rcode: "NOERROR", aa: true, answers };
  const exists = records.some((each) => within(each.name, name)) || name === origin;
  return { rcode: exists ? "NOERROR" : "NXDOMAIN", aa: true, authorities: [soa] };
}

/** UDP with room for 512 bytes and TCP on the same port; the port that was taken. */
async function serve(
  address: string,
  port: number,
  reply: (wire: Buffer) => Buffer,
  closing: (() => Promise<void>)[],
): Promise<number> {
  const tcp = createServer((socket) => {
    socket.once("data", (data) => {
      const wire = reply(data.subarray(2));
      const length = Buffer.alloc(2);
      length.writeUInt16BE(wire.length);
      socket.end(Buffer.concat([length, wire]));
    });
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen(port, address, resolve);
  });
  const taken = (tcp.address() as { port: number }).port;
  const udp = createSocket("udp4");
  udp.on("message", (data, { port: from, address: to }) => {
    const wire = reply(data);
    const cut = wire.length <= 512 ? wire : truncated(wire);
    udp.send(cut, from, to);
  });
  await new Promise<void>((resolve, reject) => {
    udp.once("error", reject);
    udp.bind(taken, address, resolve);
  });
  closing.push(
    () => new Promise((resolve) => tcp.close(() => resolve())),
    () => new Promise((resolve) => udp.close(() => resolve())),
  );
  return taken;
}

function truncated(wire: Buffer): Buffer {
  const { id, questions } = decode(wire);
  return encode({ type: "response", ...(id === undefined ? {} : { id }), flags: 0x200, questions: questions ?? [] });
}
