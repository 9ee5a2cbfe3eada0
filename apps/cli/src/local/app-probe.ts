import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from "node:https";
import { Failure } from "@slipway/core";
import { terminalMarkdown } from "../terminal/markdown.ts";

/** Where an app is reached. All of the local AWS share a port of 127.0.0.1, so the name selects what answers. */
export interface Address {
  readonly port: number;
  readonly host: string;
  /** The authority that must have signed the name's certificate; without it, HTTP is spoken. */
  readonly authority?: Authority;
}

/** A certificate that signs others, as a file and its text (PEM). */
export interface Authority {
  readonly file: string;
  readonly pem: string;
}

export interface AppResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request for `path` to what has the name: GET, or POST with a body of JSON. */
export function requestApp(
  { port, host, authority }: Address,
  path: string,
  options: { timeoutMs?: number; agent?: HttpAgent | false; body?: string } = {},
): Promise<AppResponse> {
  const { timeoutMs = 10_000, agent, body } = options;
  return new Promise((resolve, reject) => {
    const asked: RequestOptions = {
      host: "127.0.0.1",
      port,
      path,
      method: body === undefined ? "GET" : "POST",
      // As a browser names what is not at the port of the scheme.
      headers: {
        host: authority === undefined ? host : `${host}:${port}`,
        "user-agent": "slipway",
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      timeout: timeoutMs,
      ...(agent === undefined ? {} : { agent }),
    };
    const answered = (response: IncomingMessage) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on("error", reject);
    };
    const clientRequest =
      authority === undefined
        ? requestHttp(asked, answered)
        : requestHttps({ ...asked, servername: host, ca: authority.pem }, answered);
    clientRequest.on("timeout", () => clientRequest.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    clientRequest.on("error", reject);
    clientRequest.end(body);
  });
}

export interface ProbeCount {
  /** Requests since the first success; earlier ones are not counted. */
  readonly sent: number;
  readonly failed: number;
  readonly perSecond: number;
  /** The first few failures: "12.3 s: 502". */
  readonly examples: readonly string[];
}

export interface AppProbe {
  /** Stops sending, waits for pending requests and returns the counts. */
  stop(): Promise<ProbeCount>;
}

const requestsPerSecond = 25;
const examplesKept = 5;

/** Of so many requests, one opens a connection of its own. */
const newConnectionEvery = 5;

/**
 * Sends 25 requests a second through the load balancer until it is stopped, most of them over connections that are kept. `answering:
 * false` means that nothing runs yet: what comes before the first good answer is not counted.
 */
export function startAppProbe(address: Address, path: string, { answering }: { answering: boolean }): AppProbe {
  const kept = { keepAlive: true, maxSockets: 100 };
  const agent = address.authority === undefined ? new HttpAgent(kept) : new HttpsAgent(kept);
  const pending = new Set<Promise<void>>();
  const examples: string[] = [];
  const started = performance.now();
  let countedSince = answering ? started : undefined;
  let due = 0;
  let sent = 0;
  let failed = 0;

  const sendRequest = async (number: number) => {
    const counted = countedSince !== undefined;
    if (counted) sent += 1;
    const problem = await requestApp(address, path, { agent: number % newConnectionEvery !== 0 && agent }).then(
      ({ status }) => (status >= 200 && status < 400 ? undefined : String(status)),
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
    if (problem === undefined) countedSince ??= performance.now();
    else if (counted) {
      failed += 1;
      if (examples.length < examplesKept)
        examples.push(`${((performance.now() - started) / 1000).toFixed(1)} s: ${problem}`);
    }
  };
  const timer = setInterval(() => {
    // The number is computed from the clock, so that a busy host sends late but not fewer.
    for (const wanted = ((performance.now() - started) / 1000) * requestsPerSecond; due < wanted; due += 1) {
      const one = sendRequest(due).finally(() => pending.delete(one));
      pending.add(one);
    }
  }, 1000 / requestsPerSecond);

  return {
    async stop() {
      clearInterval(timer);
      const seconds = (performance.now() - (countedSince ?? performance.now())) / 1000;
      await Promise.all(pending);
      agent.destroy();
      return { sent, failed, perSecond: seconds > 0 ? sent / seconds : 0, examples };
    },
  };
}

export interface ProbeReport {
  readonly markdown: string;
  /** For the terminal. */
  readonly line: string;
  /** Set when a request failed, or too few were sent to prove anything. */
  readonly failure: Failure | undefined;
}

const leastPerSecond = 20;

/** Summarizes the requests through the load balancer during deployments. */
export function probeReport(probes: readonly { readonly title: string; readonly count: ProbeCount }[]): ProbeReport {
  const rows = probes.map(
    ({ title, count }) =>
      `| ${title} | ${count.sent} | ${count.failed} | ${count.sent === 0 ? "-" : count.perSecond.toFixed(0)} |`,
  );
  const sum = (pick: (count: ProbeCount) => number) => probes.reduce((total, { count }) => total + pick(count), 0);
  const sent = sum((count) => count.sent);
  const failed = sum((count) => count.failed);
  const markdown = [
    "| Requests during | Sent | Failed | Per second |",
    "|---|--:|--:|--:|",
    ...rows,
    `| All | ${sent} | ${failed} | |`,
  ].join("\n");
  return { markdown, line: terminalMarkdown(markdown), failure: probeFailure(probes, { sent, failed }) };
}

function probeFailure(
  probes: readonly { readonly title: string; readonly count: ProbeCount }[],
  { sent, failed }: { sent: number; failed: number },
): Failure | undefined {
  if (failed > 0) {
    const examples = probes.flatMap(({ title, count }) => count.examples.map((example) => `${title} at ${example}`));
    return new Failure(
      `${failed} of ${sent} requests failed during deployments, and none must: ${examples.slice(0, 5).join("; ")}.`,
    );
  }
  // The rate of a deployment that took less than a second is meaningless.
  const slow = probes.find(({ count }) => count.sent > leastPerSecond && count.perSecond < leastPerSecond);
  if (slow === undefined) return undefined;
  return new Failure(
    `at least ${leastPerSecond} requests a second must go through the load balancer, not ${slow.count.perSecond.toFixed(1)} (${slow.title})`,
    "the machine is too busy: run it again",
  );
}
