import { request as plain } from "node:http";
import { request as encrypted } from "node:https";
import { ActionFailure } from "@slipway/core";
import type { CheckServiceInput, Fault } from "./input.ts";

/** What the answers of one moment say. */
export interface HttpProbe {
  readonly fault: Fault;
  /** The digest that the app named; empty where it was not asked. */
  readonly digest: string;
}

/** Asks the app through its load balancer. */
export async function probeHttp(address: Address, input: CheckServiceInput, signal: AbortSignal): Promise<HttpProbe> {
  // A cancelled step has seconds left, fewer than an answer may take.
  const limits = { timeoutMs: 10_000, signal };
  const healthPath = input.healthCheckPath || "/";
  try {
    const health = await request(address, healthPath, limits);
    if (health.status < 200 || health.status > 399) {
      const what = `GET ${healthPath} of ${input.url} must answer with 200 to 399, not ${health.status}`;
      return { fault: { reason: "service-unhealthy", what }, digest: "" };
    }
    if (input.digest === "" || input.versionPath === "") return { fault: undefined, digest: "" };
    return checkDigest(await request(address, input.versionPath, limits), input);
  } catch (error) {
    const what = `${input.url} must answer (${(error as Error).message})`;
    return { fault: { reason: "service-unreachable", what }, digest: "" };
  }
}

function checkDigest({ status, body }: ServiceResponse, input: CheckServiceInput): HttpProbe {
  const digest = digestIn(body);
  if (digest === input.digest) return { fault: undefined, digest };
  const found = digest === "" ? `${status} without one` : digest;
  const what = `GET ${input.versionPath} of ${input.url} must answer with the digest ${input.digest}, not ${found}`;
  return { fault: { reason: "other-image-answers", what }, digest };
}

function digestIn(body: string): string {
  try {
    const { digest } = JSON.parse(body);
    return typeof digest === "string" ? digest : "";
  } catch {
    return "";
  }
}

export function addressOf({ url, connectTo }: CheckServiceInput): Address {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ActionFailure(
      "input-invalid",
      `Input \`url\` (${url}) must begin with http:// or https://`,
      "correct it under `with:`",
    );
  }
  if (connectTo === "") return { url: new URL(url), connectTo: undefined };
  const [, host = "", port = ""] = /^([\w.-]+):(\d{1,5})$/.exec(connectTo) ?? [];
  if (host === "") {
    const what = `Input \`connect-to\` (${connectTo}) must be host:port`;
    throw new ActionFailure("input-invalid", what, "correct it under `with:`, or leave it out");
  }
  return { url: new URL(url), connectTo: { host, port: Number(port) } };
}

export interface Address {
  readonly url: URL;
  /** Where to connect instead of the URL's own host and port. */
  readonly connectTo: { readonly host: string; readonly port: number } | undefined;
}

interface ServiceResponse {
  readonly status: number;
  readonly body: string;
}

const longestBody = 100_000;

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** GETs a path of a service; redirects are answers. */
function request({ url, connectTo }: Address, path: string, { timeoutMs, signal }: Limits): Promise<ServiceResponse> {
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
