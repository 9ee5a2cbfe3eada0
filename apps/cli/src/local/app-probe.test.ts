import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { probeReport, requestApp, startAppProbe } from "./app-probe.ts";

const probe = (title: string, sent: number, failed: number, perSecond = 25, examples: string[] = []) => ({
  title,
  count: { sent, failed, perSecond, examples },
});

test("all requests answered is no failure, and the sums are shown", () => {
  const report = probeReport([probe("Deploy", 100, 0), probe("Rollback", 50, 0)]);
  expect(report.failure).toBeUndefined();
  expect(report.line).toMatch(/All +150 +0/);
});

test("one failed request fails the run and is shown with its time", () => {
  const report = probeReport([probe("Rollback", 100, 1, 25, ["3.2 s: 502"])]);
  expect(report.failure?.message).toBe(
    "1 of 100 requests failed during deployments, and none must: Rollback at 3.2 s: 502.",
  );
});

test("fewer than 20 requests a second prove nothing", () => {
  expect(probeReport([probe("Deploy", 100, 0, 12)]).failure?.message).toContain("at least 20 requests a second");
});

test("a deployment with nothing to do is too short to be judged by its rate", () => {
  expect(probeReport([probe("Deploy", 3, 0, 4)]).failure).toBeUndefined();
});

describe("prober", () => {
  let server: Server;
  let status: () => number;
  const address = () => ({ port: (server.address() as AddressInfo).port, host: "lb.example.com" });

  beforeEach(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.headers.host === "lb.example.com" ? status() : 421).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => server.close());

  test("at least 20 requests a second are sent, with the load balancer's name as host", async () => {
    status = () => 200;
    const probe = startAppProbe(address(), "/healthz", { answering: true });
    await sleep(1000);
    const count = await probe.stop();
    expect(count.perSecond).toBeGreaterThanOrEqual(20);
    expect(count.failed).toBe(0);
  });

  test("an answer that is no success counts as failed and is kept as an example", async () => {
    let answers = 0;
    status = () => (++answers === 3 ? 502 : 200);
    const probe = startAppProbe(address(), "/", { answering: true });
    await sleep(400);
    const count = await probe.stop();
    expect(count.failed).toBe(1);
    expect(count.examples).toEqual([expect.stringMatching(/^\d\.\d s: 502$/)]);
  });

  test("before the first deployment has answered once, nothing is counted", async () => {
    let answers = 0;
    status = () => (++answers <= 4 ? 503 : 200);
    const probe = startAppProbe(address(), "/", { answering: false });
    await sleep(600);
    const count = await probe.stop();
    expect(count.failed).toBe(0);
    expect(count.sent).toBeGreaterThan(0);
  });

  test("a refused connection counts as failed", async () => {
    const closed = address();
    await new Promise((resolve) => server.close(resolve));
    const probe = startAppProbe(closed, "/", { answering: true });
    await sleep(200);
    const count = await probe.stop();
    expect(count.failed).toBe(count.sent);
    expect(count.examples[0]).toContain("ECONNREFUSED");
  });
});

describe("over HTTPS", () => {
  let folder: string;
  let server: Server;
  let connections = 0;
  const file = () => join(folder, "root.pem");
  const address = () => ({
    port: (server.address() as AddressInfo).port,
    host: "shop.localhost",
    authority: { file: file(), pem: readFileSync(file(), "utf8") },
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "probe-"));
    const names = ["-subj", "/CN=shop.localhost", "-addext", "subjectAltName=DNS:shop.localhost"];
    const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", join(folder, "key.pem")];
    execFileSync("openssl", ["req", "-x509", ...key, "-out", file(), ...names], { stdio: "ignore" });
    server = createSecureServer(
      { key: readFileSync(join(folder, "key.pem")), cert: readFileSync(file()) },
      (_, response) => response.writeHead(200, { "strict-transport-security": "max-age=1" }).end(),
    ).on("secureConnection", () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  test("most requests share connections, and every fifth makes its own", async () => {
    const probe = startAppProbe(address(), "/", { answering: true });
    await sleep(1000);
    const { sent, failed } = await probe.stop();
    expect(failed).toBe(0);
    expect(connections).toBeGreaterThanOrEqual(Math.floor(sent / 5));
    expect(connections).toBeLessThan(sent / 2);
  });

  test("the certificate must be the name's and signed by the authority", async () => {
    expect((await requestApp(address(), "/")).headers["strict-transport-security"]).toBe("max-age=1");
    await expect(requestApp({ ...address(), host: "other.localhost" }, "/")).rejects.toThrow("altnames");
    const another = { file: "", pem: "" };
    await expect(requestApp({ ...address(), authority: another }, "/")).rejects.toThrow("self-signed certificate");
  });
});
