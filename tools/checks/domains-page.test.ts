import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domainReport } from "../../apps/cli/src/environment/domain-report.ts";
import { createProgram } from "../../apps/cli/src/main.ts";
import { checkEnvironments } from "../../apps/infra/src/check-environments.ts";
import { stacksOf } from "../../apps/infra/src/testing/stacks-of.ts";
import { inputWithDomain } from "../../apps/infra/src/testing/with-domain.ts";
import { certificateWaits } from "../../packages/domains/src/certificate-waits.ts";
import { createDns } from "../../packages/domains/src/dns.ts";
import { stackZones, waitsForDns } from "../../packages/domains/src/stack-zones.ts";
import { dnsWorld, record } from "../../packages/domains/src/testing/dns-world.ts";
import { readStacks } from "../../packages/terraform/src/read-stacks.ts";
import { readManifest, root } from "./source-files.ts";

const page = readFileSync(join(root, "docs/domains-and-certificates.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);

test("the domain of the page makes the two stacks that it names", () => {
  const [block = ""] = blocks("ts");
  const { domain } = new Function(`return {${block}}`)() as { domain: typeof inputWithDomain.domain };
  const { api: _, ...input } = inputWithDomain;
  const web = { ...input.services.web, hosts: ["example.com", "www.example.com"] };
  const given = { ...input, services: { web }, domain };
  const environment = checkEnvironments({ "with-domain": given }).get("with-domain");
  if (environment === undefined) throw new Error("no environment");
  expect(Object.keys(stacksOf(environment))).toEqual(expect.arrayContaining(["dns", "certificates", "static-site"]));
});

test("the commands of the page are there", () => {
  const { scripts = {} } = readManifest(".");
  const commands = createProgram(root).commands.map((command) => command.name());
  for (const [, name = ""] of blocks("sh").flatMap((block) => [...block.matchAll(/^npm run (\w+) -- \w+$/gm)])) {
    expect(scripts[name]).toBe(`node apps/cli/slipway.js ${name}`);
    expect(commands).toContain(name);
  }
  expect(blocks("sh")).toHaveLength(1);
});

const [registrar = ""] = blocks("json");
const nameServers = (JSON.parse(registrar) as Record<string, string[]>)["example.com"] ?? [];

// Addresses of their own below 127.0.0.0/8, which macOS has not.
(process.platform === "linux" ? test : test.skip)("the page shows what the command prints", async () => {
  const [com, own] = ["127.0.53.20", "127.0.53.21"] as const;
  const zones = {
    [com]: [{ origin: "com", records: [record("com", "TXT", ["a"])] }],
    [own]: [{ origin: "example.com", records: [] }],
  };
  const world = await dnsWorld(zones, {});
  const shown = async (standIn: string, domain: string, environment: string) => {
    const { lines } = await domainReport({
      dns: createDns({ standIn: { address: standIn, port: world.port } }),
      zones: [{ domain, nameServers, source: "create", names: [] }],
      awaited: [],
      wording: { environment },
      environments: [{ key: "production", domain: { zones: { "example.com": { source: "create" } } } }],
    });
    return `${lines.join("\n")}\n`;
  };
  try {
    expect(blocks("text")).toEqual([
      await shown(com, "example.com", "production"),
      await shown(own, "staging.example.com", "staging"),
    ]);
  } finally {
    await world.close();
  }
});

test("the zones and certificates of an environment with a domain are found in what it synthesizes", async () => {
  const golden = join(root, "apps/infra/src/testing/golden/with-domain");
  const outdir = mkdtempSync(join(tmpdir(), "domains-"));
  for (const file of readdirSync(golden)) {
    const folder = join(outdir, "stacks", file.replace(".tf.json", ""));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cdk.tf.json"), readFileSync(join(golden, file)));
  }
  try {
    const stacks = readStacks(outdir);
    expect(stacks.filter(waitsForDns).map(({ name }) => name)).toEqual(["certificates"]);
    const certificates = stacks.find(({ name }) => name === "certificates");
    if (certificates === undefined) throw new Error("no certificates");
    const servers = { "example.com": nameServers, "example.org": nameServers };
    const engine = { outputs: async () => ({ name_servers: servers }) };
    const { zones, awaited } = await stackZones(engine, stacks, certificates);
    expect(awaited).toEqual(["shops.example.com"]);
    expect(zones.map(({ domain, source }) => [domain, source])).toEqual([
      ["example.com", "create"],
      ["example.org", "look-up"],
    ]);
    expect(zones[0]?.names).toEqual(expect.arrayContaining(["example.com", "www.example.com", "static.example.com"]));
    const asked: string[] = [];
    const waits = certificateWaits({ dns: createDns(), variables: {}, environment: "production" });
    const validations = certificatesOf(join(certificates.folder, "cdk.tf.json"));
    for (const address of validations) {
      const idOf = async (each: string) => void asked.push(each);
      await waits.progress({ stack: certificates, address, type: "aws_acm_certificate_validation", idOf });
    }
    expect(asked).toEqual([
      expect.stringMatching(/^aws_acm_certificate\./),
      expect.stringMatching(/^aws_acm_certificate\./),
    ]);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
});

function certificatesOf(path: string): readonly string[] {
  const { resource } = JSON.parse(readFileSync(path, "utf8"));
  return Object.keys(resource.aws_acm_certificate_validation).map((name) => `aws_acm_certificate_validation.${name}`);
}
