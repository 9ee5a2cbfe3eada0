import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { type Answer, decode, encode, type RecordType } from "dns-packet";

export interface Server {
  readonly address: string;
  readonly port: number;
}

export interface Question {
  readonly name: string;
  readonly type: RecordType;
  /** Whether the server is to find the answer elsewhere. Without it a server says what it knows itself: a delegation, for example. */
  readonly recursive: boolean;
}

export interface Reply {
  /** DNS's own code, such as NOERROR, NXDOMAIN, SERVFAIL or REFUSED. */
  readonly code: string;
  /** Whether the server answers for the zone itself. */
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
}

/** Nobody answered, or not in DNS. */
export class NoReply extends Error {
  override readonly name = "NoReply";
}

const attempts = 2;
const milliseconds = 2000;

/**
 * Asks one DNS server: over UDP, and over TCP where the answer does not fit into a packet. Node's own resolver always asks for recursion and
 * shows the answer section alone, so it cannot see a delegation.
 *
 * @throws NoReply
 */
export async function ask(server: Server, question: Question): Promise<Reply> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const reply = await overUdp(server, question);
      return reply === "truncated" ? await overTcp(server, question) : reply;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

function message({ name, type, recursive }: Question): Buffer {
  const flags = recursive ? 0x0100 : 0;
  // 1232 bytes pass every path without being cut.
  const payload = { type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options: [] } as const;
  return encode({
    type: "query",
    id: randomInt(65_536),
    flags,
    questions: [{ name, type }],
    additionals: [payload as never],
  });
}

/** Undefined for what answers another question. */
function parse(wire: Buffer, sent: Buffer): Reply | "truncated" | undefined {
  if (wire.length < 12 || wire.readUInt16BE(0) !== sent.readUInt16BE(0)) return undefined;
  const reply = decode(wire) as ReturnType<typeof decode> & { readonly rcode: string };
  if (reply.type !== "response") return undefined;
  if (reply.flag_tc) return "truncated";
  const { rcode: code, flag_aa: authoritative, answers = [], authorities = [] } = reply;
  return { code, authoritative, answers, authorities };
}

function overUdp(server: Server, question: Question): Promise<Reply | "truncated"> {
  const { address, port } = server;
  const sent = message(question);
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const end = (settle: () => void) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.close();
      settle();
    };
    const fail = (why: string) => end(() => reject(noReply(server, why)));
    const timer = setTimeout(() => fail(`nothing within ${milliseconds / 1000} s`), milliseconds);
    socket.on("error", ({ message: why }) => fail(why));
    socket.on("message", (wire) => {
      try {
        const reply = parse(wire, sent);
        if (reply !== undefined) end(() => resolve(reply));
      } catch (error) {
        fail((error as Error).message);
      }
    });
    // A connected socket hears at once that nobody listens, and hears nobody else.
    socket.connect(port, address, () => socket.send(sent));
  });
}

function overTcp(server: Server, question: Question): Promise<Reply> {
  const sent = message(question);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server.address, port: server.port });
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    const fail = (why: string) => end(() => reject(noReply(server, why)));
    let received = Buffer.alloc(0);
    socket.setTimeout(milliseconds, () => fail(`nothing within ${milliseconds / 1000} s over TCP`));
    socket.on("error", ({ message: why }) => fail(why));
    socket.on("end", () => fail("the connection ended"));
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      try {
        const reply = parse(received.subarray(2), sent);
        if (reply === undefined || reply === "truncated") return fail("no whole answer over TCP");
        end(() => resolve(reply));
      } catch (error) {
        fail((error as Error).message);
      }
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(sent.length);
    socket.write(Buffer.concat([length, sent]));
  });
}

function noReply({ address, port }: Server, why: string): NoReply {
  return new NoReply(`${address}:${port}: ${why}`);
}
