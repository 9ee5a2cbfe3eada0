import { request as plain } from "node:http";
import { request as encrypted } from "node:https";

export interface Address {
  readonly url: URL;
  /** Where to connect instead of the URL's own host and port. */
  readonly connectTo: { readonly host: string; readonly port: number } | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const longestBody = 100_000;

export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** GETs a path of a service; redirects are answers. */
export function ask({ url, connectTo }: Address, path: string, { timeoutMs, signal }: Limits): Promise<Answer> {
  const target = new URL(path, url);
  const isEncrypted = target.protocol === "https:";
  const options = {
    host: connectTo?.host ?? target.hostname,
    port: connectTo?.port ?? (target.port || (isEncrypted ? 443 : 80)),
    path: `${target.pathname}${target.search}`,
    servername: target.hostname,
    headers: { host: target.host, "user-agent": "slipway", connection: "close" },
    timeout: timeoutMs,
    signal,
  };
  return new Promise((resolve, reject) => {
    const outgoing = (isEncrypted ? encrypted : plain)(options, (incoming) => {
      let body = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => {
        body = (body + chunk).slice(0, longestBody);
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body }));
      incoming.on("error", reject);
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end();
  });
}
