import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { checkService } from "./check-service.ts";

const [old, wanted] = ["a", "b"].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string];

interface Seen {
  readonly path: string;
  readonly host: string;
}

let server: Server;
let seen: Seen[];
/** What each request gets, the last one again and again. */
let script: { health: number; version: string }[];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    const isHealth = request.url === "/healthz";
    seen.push({ path: request.url ?? "", host: request.headers.host ?? "" });
    const now = (script.length > 1 && !isHealth ? script.shift() : script[0]) ?? { health: 500, version: "" };
    if (isHealth && now.health !== 200 && script.length > 1) script.shift();
    response.writeHead(isHealth ? now.health : 200).end(isHealth ? "" : now.version);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const answering = (digest: string) => ({ health: 200, version: JSON.stringify({ digest }) });

function check(changes: object = {}, signal = new AbortController().signal) {
  let time = 0;
  const port = (server.address() as AddressInfo).port;
  const input = {
    url: "http://shop.example.com",
    healthCheckPath: "/healthz",
    versionPath: "/version",
    digest: wanted,
    answers: 3,
    timeoutSeconds: 10,
    connectTo: `127.0.0.1:${port}`,
    dryRun: false,
    ...changes,
  };
  const log = fakeLog();
  const wait = async (milliseconds: number) => {
    time += milliseconds;
  };
  return { log, work: () => checkService(input, { log, wait, signal, now: () => time }) };
}

test("a service that answers with the deployed image is healthy, requested by its own name", async () => {
  script = [answering(wanted)];
  const { outputs } = await check().work();
  expect(outputs).toEqual({ requests: "3", "answered-digest": wanted });
  expect(new Set(seen.map(({ host }) => host))).toEqual(new Set(["shop.example.com"]));
  expect(seen.map(({ path }) => path).slice(0, 2)).toEqual(["/healthz", "/version"]);
});

test("one answer of a task on its way out makes the count begin anew", async () => {
  script = [answering(wanted), answering(old), answering(wanted)];
  const { log, work } = check();
  expect((await work()).outputs.requests).toBe("5");
  expect(log.lines.join("\n")).toContain(`must answer with the digest ${wanted}, not ${old}`);
});

test("another image than the deployed one is a failure with both digests", async () => {
  script = [answering(old)];
  const failure = await failureFrom(check().work);
  expect(failure.reason).toBe("other-image-answers");
  expect(failure.message).toContain(`must answer with the digest ${wanted}, not ${old}, after 10 s of requests`);
  expect(failure.outputs["answered-digest"]).toBe(old);
});

test("an unhealthy app is a failure with its status", async () => {
  script = [{ health: 503, version: "" }];
  const failure = await failureFrom(check().work);
  expect(failure.reason).toBe("service-unhealthy");
  expect(failure.message).toContain("GET /healthz of http://shop.example.com must answer with 200 to 399, not 503");
});

test("an app that does not name its image gets a message about it", async () => {
  script = [{ health: 200, version: "<html>" }];
  expect((await failureFrom(check().work)).message).toContain("not 200 without one");
});

test("without a digest only the health is asked for", async () => {
  script = [{ health: 200, version: "<html>" }];
  await check({ digest: "" }).work();
  expect(new Set(seen.map(({ path }) => path))).toEqual(new Set(["/healthz"]));
});

test("nobody at the address is a failure that says so", async () => {
  script = [];
  const failure = await failureFrom(check({ connectTo: "127.0.0.1:1" }).work);
  expect(failure.reason).toBe("service-unreachable");
  expect(failure.message).toContain("ECONNREFUSED");
});

test("a cancelled step asks no more", async () => {
  script = [answering(wanted)];
  expect((await failureFrom(check({}, AbortSignal.abort()).work)).reason).toBe("interrupted");
  expect(seen).toEqual([]);
});

test("a step that is cancelled while an answer is awaited ends at once", async () => {
  const cancelled = new AbortController();
  server.removeAllListeners("request").on("request", () => cancelled.abort());
  expect((await failureFrom(check({}, cancelled.signal).work)).reason).toBe("interrupted");
});

test("a dry run finds malformed inputs and asks nothing", async () => {
  script = [answering(wanted)];
  expect((await check({ dryRun: true }).work()).outputs.requests).toBe("0");
  expect(seen).toEqual([]);
  expect((await failureFrom(check({ dryRun: true, connectTo: "nowhere" }).work)).reason).toBe("input-invalid");
});

test.each([
  [{ url: "shop.example.com" }, "Input `url` (shop.example.com) must begin with http:// or https://"],
  [{ connectTo: "nowhere" }, "Input `connect-to` (nowhere) must be host:port"],
])("a malformed input is named: %j", async (changes, message) => {
  script = [];
  expect((await failureFrom(check(changes).work)).message).toContain(message);
});
