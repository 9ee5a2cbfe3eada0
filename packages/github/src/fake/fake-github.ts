import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { githubClient } from "../client.ts";
import type { GithubContext } from "../context.ts";
import { checkedApi, type Fault, Faults } from "./api.ts";
import type { Answer } from "./errors.ts";
import { GithubState } from "./state.ts";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export interface FakeGithub {
  readonly url: string;
  readonly state: GithubState;
  readonly requests: readonly RecordedRequest[];
  /** Where a request or an answer was not as GitHub's description has it. */
  readonly violations: readonly string[];
  fail(fault: Fault): void;
  /** From now on the token only reads, as that of a fork's pull request. */
  makeReadOnly(): void;
  /** Holds calls of this kind back until so many have come: runs that all see the same. */
  gather(method: string, path: RegExp, count: number): void;
  close(): Promise<void>;
}

const workflowLogin = "github-actions[bot]";

/**
 * A fake GitHub server that keeps state. `logins` maps tokens to logins; any other token is the workflow's own. Those in `readers` may
 * only read.
 */
export async function fakeGithub(
  logins: Readonly<Record<string, string>> = {},
  readers: readonly string[] = [],
): Promise<FakeGithub> {
  const state = new GithubState();
  const faults = new Faults();
  const api = await checkedApi(state, workflowLogin);
  const requests: RecordedRequest[] = [];
  const gates: Gate[] = [];
  const broken: string[] = [];
  let readOnly = false;

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method = "GET", url = "/" } = request;
    const { pathname: path, searchParams } = new URL(url, "http://fake");
    const headers = request.headers as Record<string, string>;
    const body = await readBody(request);
    for (const gate of gates) await gate.pass(method, path);
    const fault = faults.next(method, path);
    fault?.before?.();
    const lost = fault?.status !== undefined;
    if (lost && fault.done !== true) return Faults.answer(fault);
    const token = (headers.authorization ?? "").replace(/^(token|bearer) /i, "");
    const call = { method, path, query: Object.fromEntries(searchParams), body, headers };
    const result = await api.request(call, logins[token] ?? workflowLogin, readOnly || readers.includes(token));
    return lost ? Faults.answer(fault) : result;
  };

  const server = createServer(async (request, response) => {
    const { status, body, headers } = await answer(request).catch((error): Answer => {
      broken.push(`${request.method} ${request.url}: ${error}`);
      return { status: 500, body: { message: "The fake is broken" } };
    });
    requests.push({ method: request.method ?? "", path: request.url ?? "", status });
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    requests,
    get violations() {
      return [...api.violations, ...broken];
    },
    fail: (fault) => faults.add(fault),
    makeReadOnly: () => {
      readOnly = true;
    },
    gather: (method, path, count) => {
      gates.push(new Gate(method, path, count));
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

export interface TestGithub extends GithubContext {
  readonly lines: string[];
  /** How long every pause would have been. */
  readonly waits: number[];
}

/** A context whose client talks to the fake and whose pauses take no time. */
export function testGithub(
  fake: FakeGithub,
  values: { runId?: number; author?: string; token?: string } = {},
): TestGithub {
  const { runId = 100, author = "github-actions[bot]", token = "ghs_workflow" } = values;
  const lines: string[] = [];
  const waits: number[] = [];
  return {
    client: githubClient({ token, apiUrl: fake.url }),
    owner: "octo-org",
    repo: "this-is-project",
    runId,
    author,
    lines,
    waits,
    log: { info: (line) => lines.push(line), warning: (text) => lines.push(`warning: ${text}`), mask: () => undefined },
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
  };
}

/** Holds calls back until enough of them have come. */
class Gate {
  private readonly held: (() => void)[] = [];
  private readonly method: string;
  private readonly path: RegExp;
  private left: number;

  constructor(method: string, path: RegExp, count: number) {
    this.method = method;
    this.path = path;
    this.left = count;
  }

  async pass(method: string, path: string): Promise<void> {
    if (this.left <= 0 || method !== this.method || !this.path.test(path)) return;
    this.left -= 1;
    if (this.left === 0) for (const open of this.held) open();
    else await new Promise<void>((resolve) => this.held.push(resolve));
  }
}
