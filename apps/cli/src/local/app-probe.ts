import { type Agent, request } from "node:http";

/** A load balancer reached at the gateway of the local AWS: only the Host header tells which one is meant. */
export interface Address {
  readonly port: number;
  readonly host: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** GETs `path` through the load balancer. */
export function askApp(
  address: Address,
  path: string,
  options: { timeoutMs?: number; agent?: Agent } = {},
): Promise<Answer> {
  const { timeoutMs = 10_000, agent } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: address.port,
        path,
        headers: { host: address.host, "user-agent": "slipway" },
        timeout: timeoutMs,
        ...(agent === undefined ? {} : { agent }),
      },
      (incoming) => {
        let body = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          body += chunk;
        });
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body }));
        incoming.on("error", reject);
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end();
  });
}
