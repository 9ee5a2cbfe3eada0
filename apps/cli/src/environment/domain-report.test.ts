import { createDns, type Zone } from "@slipway/domains";
import { type DnsWorld, dnsWorld, record } from "@slipway/domains/testing/dns-world";
import { unattendedContext } from "../command-context.ts";
import { domainCommand } from "./domain.ts";
import { type DomainReportRequest, domainReport } from "./domain-report.ts";

// An address of its own below 127.0.0.0/8, which macOS has not.
const onLinux = process.platform === "linux" ? test : test.skip;

const four = ["ns-1.awsdns-01.com", "ns-600.awsdns-02.net", "ns-1100.awsdns-03.org", "ns-1700.awsdns-04.co.uk"];
const older = ["ns-9.awsdns-09.com", "ns-609.awsdns-09.net", "ns-1109.awsdns-09.org", "ns-1709.awsdns-09.co.uk"];
const address = "127.0.53.8";
const named = (name: string, servers: readonly string[]) => servers.map((server) => record(name, "NS", server));
const zone = (domain: string, source: Zone["source"] = "create"): Zone => ({
  domain,
  nameServers: four,
  source,
  names: [],
});
let world: DnsWorld | undefined;

beforeAll(async () => {
  if (process.platform !== "linux") return;
  // One server that stands for all: it hands here.org over, and answers for the domains of others itself.
  world = await dnsWorld(
    {
      [address]: [
        { origin: "", records: [...named("here.org", four), record("com", "TXT", ["exists"])] },
        { origin: "bought.org", records: named("bought.org", older) },
        { origin: "kept.org", records: named("kept.org", ["ns1.kept.net"]) },
      ],
    },
    {},
  );
});

afterAll(() => world?.close());

const report = (given: Partial<DomainReportRequest>) =>
  domainReport({
    dns: createDns({ standIn: { address, port: world?.port ?? 0 } }),
    zones: [],
    awaited: [],
    wording: { environment: "staging" },
    environments: [],
    ...given,
  });

onLinux("zones that are handed over are done", async () => {
  const { lines, pending, complete } = await report({ zones: [zone("here.org"), zone("kept.org", "look-up")] });
  expect(lines).toEqual(["✔ here.org: handed over", "✔ kept.org: handed over; its zone was there before"]);
  expect({ pending, complete }).toEqual({ pending: false, complete: true });
});

onLinux("a domain that leads nowhere shows what to enter, and the three ways to a domain", async () => {
  const { lines, pending } = await report({ zones: [zone("new.com")] });
  expect(lines.slice(0, 2)).toEqual([
    expect.stringContaining("✖ domain (new.com) must be handed over to its zone, but"),
    `    enter ${four.join(", ")} as name servers at the registrar of new.com`,
  ]);
  expect(lines.slice(2).map((line) => line.trim().slice(0, 22))).toEqual([
    "Three ways to a domain",
    "- bought in Route 53: ",
    "- kept at another regi",
    "- moved to Route 53: e",
  ]);
  expect(pending).toBe(true);
});

onLinux.each([
  ["bought.org", ["It seems bought in Route 53: the domain came with a zone"]],
  ["kept.org", ["It seems kept at another registrar: it stays there", "It may be moved to Route 53: enter the four"]],
])("who answers for %s tells which way it is kept", async (domain, ways) => {
  const { lines } = await report({ zones: [zone(domain)] });
  expect(lines.slice(2)).toEqual(ways.map((way) => expect.stringContaining(way)));
});

onLinux("in the local AWS the registrar is a file, and no way to a domain is told", async () => {
  const wording = { environment: "local", registrarFile: "/home/registrar.json" };
  const { lines } = await report({ zones: [zone("new.com")], wording });
  expect(lines.slice(1)).toEqual([`    enter ${four.join(", ")} for new.com in /home/registrar.json`]);
});

const domainOf = (zones: object) => ({ zones }) as NonNullable<DomainReportRequest["environments"][number]["domain"]>;
const child = zone("staging.here.com");
const production = (delegations: object = {}) => [
  { key: "production", domain: domainOf({ "here.com": { source: "create", ...delegations } }) },
];

onLinux("a zone below that of another environment shows the lines for environments.ts", async () => {
  const { lines } = await report({ zones: [child], environments: production() });
  expect(lines.slice(2).map((line) => line.slice(4))).toEqual([
    "In environments.ts, zone here.com of production, by a pull request:",
    "",
    "delegations: {",
    '  "staging.here.com": [',
    ...four.map((name) => `    "${name}",`),
    "  ],",
    "},",
  ]);
});

onLinux("lines that are in environments.ts, with or without the dot at the end, are to be applied", async () => {
  const delegations = { "staging.here.com": four.map((name) => `${name}.`) };
  const { lines } = await report({ zones: [child], environments: production({ delegations }) });
  expect(lines.at(-1)).toBe(
    "    environments.ts has them in zone here.com of production: merge that and let the stack `dns` of production be applied",
  );
});

onLinux(
  "a zone below one of the same environment is handed over by its stack, and one below nobody's by hand",
  async () => {
    const own = await report({ zones: [child], environments: production(), wording: { environment: "production" } });
    expect(own.lines.at(-1)).toContain("here.com is a zone of production too, whose stack `dns` hands it over");
    expect((await report({ zones: [child] })).lines).toHaveLength(2);
  },
);

test("a zone that is not made yet, and DNS that gives no answer, are not done", async () => {
  const dns = createDns({ standIn: { address: "127.0.0.1", port: 9 } });
  const { lines, pending, complete } = await report({ dns, zones: [zone("here.org")], awaited: ["new.com"] });
  expect(lines).toEqual([
    expect.stringContaining("? domain (here.org) must be looked up in DNS, which gave no answer"),
    expect.stringContaining("UDP and TCP port 53"),
    "… new.com: its zone is not made yet. Merge it and let the stack `dns` be applied",
  ]);
  expect({ pending, complete }).toEqual({ pending: false, complete: false });
});

test("an environment without a domain is refused before AWS gets any request", async () => {
  const asked: string[] = [];
  const variables = async (key: string) => {
    asked.push(key);
    return {};
  };
  const command = domainCommand(unattendedContext({ root: "/", folder: "/", variables })).exitOverride();
  await expect(command.parseAsync(["staging"], { from: "user" })).rejects.toThrow(
    "environment (staging) must have a domain, without which it answers by HTTP alone; add domain: { zones:",
  );
  expect(asked).toEqual([]);
});
