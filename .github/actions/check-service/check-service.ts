import { request as plain } from "node:http";
import { request as encrypted } from "node:https";
import { ActionFailure, type ActionResult, type Log, markdown } from "@slipway/core";

export interface CheckServiceInput {
  readonly url: string;
  readonly healthCheckPath: string;
  readonly versionPath: string;
  /** Empty: any image may answer. */
  readonly digest: string;
  /** Good answers in a row that are wanted. */
  readonly answers: number;
  readonly timeoutSeconds: number;
  /** `host:port`; empty for the URL's own. */
  readonly connectTo: string;
  /** Only the inputs are checked. */
  readonly dryRun: boolean;
}

interface Tools {
  readonly log: Log;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What one probe found wrong; undefined if the service is healthy. */
type Fault = Pick<ActionFailure, "reason" | "what"> | undefined;

interface Probe {
  readonly fault: Fault;
  readonly digest: string;
}

/** Sends requests until enough answers in a row are good. One answer may come from a task that is stopping, and the first may fail. */
export async function checkService(input: CheckServiceInput, tools: Tools): Promise<ActionResult> {
  const address = addressOf(input);
  if (input.dryRun) {
    tools.log.info(`Dry run: ${input.url} would be requested for up to ${input.timeoutSeconds} s`);
    return { outputs: outputs(0, ""), summary: "" };
  }
  const end = tools.now() + input.timeoutSeconds * 1000;
  let [good, requests, digest] = [0, 0, ""];
  let fault: Fault;
  while (good < input.answers) {
    const probe = await probeService(address, input, tools.signal);
    if (tools.signal.aborted) throw new ActionFailure("interrupted", "Interrupted while checking", "run again");
    requests += 1;
    digest = probe.digest;
    if (probe.fault !== undefined && probe.fault.what !== fault?.what) tools.log.info(`Not yet: ${probe.fault.what}`);
    fault = probe.fault;
    good = fault === undefined ? good + 1 : 0;
    if (fault !== undefined && tools.now() >= end) throw failed(fault, input, { requests, digest });
    if (good < input.answers) await tools.wait(fault === undefined ? 200 : 1000);
  }
  const shown = digest === "" ? "" : `, ${digest} each time`;
  tools.log.info(`${input.url} is healthy: ${input.answers} good answers in a row${shown}`);
  return { outputs: outputs(requests, digest), summary: summaryOf(input, "healthy", digest) };
}

function failed(
  { reason, what }: NonNullable<Fault>,
  input: CheckServiceInput,
  last: { requests: number; digest: string },
): ActionFailure {
  const text = `${what}, after ${input.timeoutSeconds} s of requests`;
  return new ActionFailure(reason, text, "read the log of the service's tasks", {
    outputs: outputs(last.requests, last.digest),
    summary: `${summaryOf(input, "unhealthy", last.digest)}\n${text}.\n`,
  });
}

async function probeService(address: Address, input: CheckServiceInput, signal: AbortSignal): Promise<Probe> {
  // A cancelled step has seconds left, fewer than an answer may take.
  const limits = { timeoutMs: 10_000, signal };
  try {
    const health = await request(address, input.healthCheckPath, limits);
    if (health.status < 200 || health.status > 399) {
      const what = `GET ${input.healthCheckPath} of ${input.url} must answer with 200 to 399, not ${health.status}`;
      return { fault: { reason: "service-unhealthy", what }, digest: "" };
    }
    if (input.digest === "") return { fault: undefined, digest: "" };
    return checkDigest(await request(address, input.versionPath, limits), input);
  } catch (error) {
    const what = `${input.url} must answer (${(error as Error).message})`;
    return { fault: { reason: "service-unreachable", what }, digest: "" };
  }
}

function checkDigest({ status, body }: ServiceResponse, input: CheckServiceInput): Probe {
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

function addressOf({ url, connectTo }: CheckServiceInput): Address {
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

function outputs(requests: number, digest: string): Record<string, string> {
  return { requests: String(requests), "answered-digest": digest };
}

function summaryOf({ url, healthCheckPath, digest }: CheckServiceInput, state: string, answered: string): string {
  const facts = markdown.facts([
    ["Health", markdown.code(healthCheckPath)],
    ["Wanted", digest === "" ? "" : markdown.code(digest)],
    ["Answered", answered === "" ? "" : markdown.code(answered)],
  ]);
  return `## ${url}: ${state}\n\n${facts}`;
}

interface Address {
  readonly url: URL;
  /** Where to connect instead of the URL's own host and port. */
  readonly connectTo: { readonly host: string; readonly port: number } | undefined;
}

interface ServiceResponse {
  readonly status: number;
  readonly body: string;
}

const longestBody = 100_000;

export interface Limits {
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
