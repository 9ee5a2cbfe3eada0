import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDns } from "@slipway/domains/dns";
import { type DnsWorld, dnsWorld, record } from "@slipway/domains/testing/dns-world";
import type { Stack } from "@slipway/terraform";
import { domainCheck } from "./check-domains.ts";

const onLinux = process.platform === "linux" ? test : test.skip;

const nameServers = ["ns-1.awsdns-01.com", "ns-600.awsdns-02.net", "ns-1100.awsdns-03.org", "ns-1700.awsdns-04.co.uk"];
const folder = mkdtempSync(join(tmpdir(), "check-domains-"));
const above = "127.0.53.9";
let world: DnsWorld;

beforeAll(async () => {
  const handed = nameServers.map((server) => record("shop.org", "NS", server));
  world = await dnsWorld(
    { [above]: [{ origin: "", records: [...handed, record("com", "TXT", ["nothing below"])] }] },
    {},
  );
});

afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

function stack(name: string, json: object, upstreams: readonly string[] = []): Stack {
  const its = join(folder, name);
  mkdirSync(its, { recursive: true });
  writeFileSync(join(its, "cdk.tf.json"), JSON.stringify(json));
  return { name, folder: its, upstreams } as unknown as Stack;
}

/** An environment with one zone, and certificates for its name. */
function check(domain: string, port: number, isApplied = true) {
  const zones = stack("dns", {
    resource: { aws_route53_zone: { it: { name: domain } } },
    output: { name_servers: { value: {} } },
  });
  const resource = {
    aws_acm_certificate: { web: { domain_name: domain } },
    aws_acm_certificate_validation: { web: {} },
  };
  const certificates = stack("certificates", { resource }, ["dns"]);
  const warnings: string[] = [];
  const outputs = async ({ name }: Stack) =>
    isApplied && name === "dns" ? { name_servers: { [domain]: nameServers } } : undefined;
  const opened = { environment: "staging", engine: { outputs }, stacks: [zones, certificates] };
  const ask = domainCheck({
    opened: opened as unknown as Parameters<typeof domainCheck>[0]["opened"],
    dns: createDns({ standIn: { address: above, port } }),
    log: { info: () => undefined, warning: (text) => warnings.push(text), mask: () => undefined },
  });
  return { ask, zones, certificates, warnings };
}

onLinux("certificates of a zone that is not handed over are refused, with what to enter and how to go on", async () => {
  const { ask, certificates } = check("example.com", world.port);
  await expect(ask(certificates)).rejects.toMatchObject({
    reason: "domain-not-delegated",
    message: `Stack \`certificates\` waits for a person: domain (example.com) must be handed over to its zone, but the root names no name servers for it; enter ${nameServers.join(", ")} as name servers at the registrar of example.com; when DNS has it, run this job again.`,
  });
});

onLinux("nothing is asked for other stacks, and before the zones are made", async () => {
  const asked = world.questions.length;
  const { ask, zones } = check("example.com", world.port);
  await ask(zones);
  const early = check("example.com", world.port, false);
  await early.ask(early.certificates);
  expect(world.questions).toHaveLength(asked);
});

onLinux("certificates of a zone that is handed over are let through", async () => {
  const { ask, certificates, warnings } = check("shop.org", world.port);
  await ask(certificates);
  expect(warnings).toEqual([]);
});

test("a runner that may not ask DNS gets a warning and goes on", async () => {
  const { ask, certificates, warnings } = check("example.com", 9);
  await ask(certificates);
  expect(warnings).toEqual([
    expect.stringContaining("domain (example.com) must be looked up in DNS, which gave no answer"),
  ]);
});
