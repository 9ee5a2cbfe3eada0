import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What goes wrong with a call. "after": it took effect, and the caller does not learn so. */
export const faults = ["reset", "reset-after", "error", "error-after", "throttled", "cut"] as const;
export type Fault = (typeof faults)[number];

/** AWS calls of a JSON service: `AmazonEC2ContainerServiceV20141113.RunTask`. */
export interface ServerRequest {
  readonly call: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ServerAnswer {
  readonly status: number;
  readonly body: Buffer | string;
}

export interface UnreliableServer {
  readonly url: string;
  /** How many calls came, and what went wrong with how many. */
  readonly counts: { calls: number } & Record<Fault, number>;
  close(): void;
}

const share = 0.3;

/** By name and number of the call, not by the order of all calls: the same seed fails the same calls again. */
export function faultOf(seed: string, call: string, nth: number): Fault | undefined {
  const drawn = createHash("sha256").update(`${seed} ${call} ${nth}`).digest().readUInt32BE() / 2 ** 32;
  return drawn < share ? faults[Math.floor((drawn / share) * faults.length)] : undefined;
}

const json = { "content-type": "application/x-amz-json-1.1" };

function send(response: ServerResponse, { status, body }: ServerAnswer): void {
  response.writeHead(status, json).end(body);
}

function errorOf(type: string): string {
  return JSON.stringify({ __type: type, message: `${type} for the test` });
}

/** A server that fails 30 % of the calls in the ways in which a network and AWS do. */
export async function unreliableServer(
  seed: string,
  answer: (request: ServerRequest) => ServerAnswer | Promise<ServerAnswer>,
): Promise<UnreliableServer> {
  const none = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>;
  const counts = { calls: 0, ...none };
  const seen = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const call = String(request.headers["x-amz-target"] ?? request.url);
    const nth = seen.get(call) ?? 0;
    seen.set(call, nth + 1);
    counts.calls++;
    const fault = faultOf(seed, call, nth);
    if (fault !== undefined) counts[fault]++;
    if (fault === "reset") return request.socket.resetAndDestroy();
    if (fault === "error") return send(response, { status: 500, body: errorOf("InternalFailure") });
    if (fault === "throttled") return send(response, { status: 400, body: errorOf("ThrottlingException") });
    const { method = "", url: path = "", headers } = request;
    const answered = await answer({ call, method, path, headers, body: Buffer.concat(parts) });
    if (fault === "reset-after") return request.socket.resetAndDestroy();
    if (fault === "error-after") return send(response, { status: 500, body: errorOf("ServerException") });
    if (fault !== "cut") return send(response, answered);
    const whole = Buffer.from(answered.body);
    response.writeHead(answered.status, { ...json, "content-length": String(whole.length) });
    response.write(whole.subarray(0, whole.length / 2), () => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, counts, close };
}
