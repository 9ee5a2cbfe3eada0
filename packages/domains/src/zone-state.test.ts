import { createDns, type Dns } from "./dns.ts";
import { type DnsWorld, dnsWorld, record, resolverAddress, type TestZone } from "./testing/dns-world.ts";
import { zoneSentence } from "./zone-sentence.ts";
import { type Zone, zoneState } from "./zone-state.ts";

// Addresses of their own below 127.0.0.0/8, which macOS has not.
const onLinux = process.platform === "linux" ? test : test.skip;

const four = ["ns-1.awsdns-01.com", "ns-600.awsdns-02.net", "ns-1100.awsdns-03.org", "ns-1700.awsdns-04.co.uk"];
const older = ["ns-9.awsdns-09.com", "ns-609.awsdns-09.net", "ns-1109.awsdns-09.org", "ns-1709.awsdns-09.co.uk"];
const others = ["ns1.registrar.net", "ns2.registrar.net"];
const [root, com, aws, elsewhere, gone] = [
  "127.0.53.2",
  "127.0.53.3",
  "127.0.53.4",
  "127.0.53.5",
  "127.0.53.6",
] as const;
const ns = (name: string, servers: readonly string[]) => servers.map((server) => record(name, "NS", server));
const servers = {
  "a.root-servers.net": root,
  "a.gtld-servers.net": com,
  ...Object.fromEntries(four.map((name) => [name, aws])),
  ...Object.fromEntries(others.map((name) => [name, elsewhere])),
  ...Object.fromEntries(older.map((name) => [name, gone])),
};

/** Everything below com is handed over as `delegations` say; Route 53 has `zones`. */
function world(
  delegations: Readonly<Record<string, readonly string[]>>,
  zones: readonly TestZone[] = [{ origin: "example.com", records: ns("example.com", four) }],
  olderZone?: string,
): Promise<DnsWorld> {
  return dnsWorld(
    {
      [root]: [{ origin: "", records: [...ns("", ["a.root-servers.net"]), ...ns("com", ["a.gtld-servers.net"])] }],
      [com]: [
        {
          origin: "com",
          records: [
            ...ns("com", ["a.gtld-servers.net"]),
            ...Object.entries(delegations).flatMap(([name, names]) => ns(name, names)),
          ],
        },
      ],
      [aws]: zones,
      [elsewhere]: [{ origin: "example.com", records: ns("example.com", others) }],
      [gone]: olderZone === undefined ? [] : [{ origin: olderZone, records: [] }],
    },
    servers,
  );
}

const zone: Zone = {
  domain: "example.com",
  nameServers: four,
  source: "create",
  names: ["example.com", "*.example.com"],
};
const wording = { environment: "staging" };

async function inWorld<T>(opened: Promise<DnsWorld>, work: (dns: Dns, world: DnsWorld) => Promise<T>): Promise<T> {
  const made = await opened;
  try {
    const { port } = made;
    return await work(createDns({ resolvers: [{ address: resolverAddress, port }], port }), made);
  } finally {
    await made.close();
  }
}

const said = (opened: Promise<DnsWorld>, asked: Zone = zone) =>
  inWorld(opened, async (dns) => {
    const state = await zoneState(dns, asked);
    const found = zoneSentence(asked, state, wording);
    return { kind: state.kind, sentence: found === undefined ? "" : `${found.what}; ${found.next}` };
  });

const enterFour = `enter ${four.join(", ")} as name servers at the registrar of example.com`;

onLinux("a zone that the zone above hands over to just its four servers is handed over", async () => {
  await expect(said(world({ "example.com": four }))).resolves.toEqual({ kind: "handed-over", sentence: "" });
});

onLinux("the delegation is asked of the servers of the zone above, without recursion", async () => {
  await inWorld(world({ "example.com": four }), async (dns, { questions }) => {
    await expect(dns.delegation("example.com")).resolves.toEqual({ above: "com", nameServers: [...four].sort() });
    expect(questions).toEqual([
      `${resolverAddress} NS com +rd`,
      `${resolverAddress} A a.gtld-servers.net +rd`,
      `${com} NS example.com`,
    ]);
  });
});

onLinux.each<[string, Readonly<Record<string, readonly string[]>>, string, string]>([
  ["not delegated", {}, "not-delegated", `com names no name servers for it; ${enterFour}`],
  [
    "delegated elsewhere",
    { "example.com": others },
    "elsewhere",
    `com names ${others.join(", ")}, which answer for it; ${enterFour}, in their place, once all records of the domain are in the zone`,
  ],
  [
    "some of the four missing",
    { "example.com": four.slice(0, 3) },
    "incomplete",
    `com lacks ${four[3]}; ${enterFour}, and no other`,
  ],
  [
    "one missing and others besides",
    { "example.com": [...four.slice(1), others[0] as string] },
    "incomplete",
    `com lacks ${four[0]} and also names ${others[0]}; ${enterFour}, and no other`,
  ],
  [
    "servers of an older zone",
    { "example.com": older },
    "stale",
    `com names ${[...older].sort().join(", ")}, which do not answer for it: they are of a zone that is gone; ${enterFour}, in their place`,
  ],
])("%s: one sentence with the name servers and where to enter them", async (_, delegations, kind, rest) => {
  const sentence = `domain (example.com) must be handed over to its zone, but ${rest}`;
  await expect(said(world(delegations))).resolves.toEqual({ kind, sentence });
});

onLinux("another zone of Route 53 that answers is one that can be looked up", async () => {
  const bought = { ...zone, nameServers: older };
  const { kind, sentence } = await said(world({ "example.com": four }), bought);
  expect(kind).toBe("elsewhere");
  expect(sentence).toContain(
    'or take the zone that answers, which came with a domain bought in Route 53: source "look-up"',
  );
});

onLinux("a zone that is looked up may be served under other names, but somebody must answer", async () => {
  const found = { ...zone, source: "look-up" as const };
  expect((await said(world({ "example.com": others }), found)).kind).toBe("handed-over");
  expect((await said(world({ "example.com": older }), found)).kind).toBe("stale");
  expect((await said(world({}), found)).kind).toBe("not-delegated");
});

const child: Zone = { domain: "staging.example.com", nameServers: older, source: "create", names: [] };

onLinux("below a domain that one registers, the name servers are records of the zone above", async () => {
  const parent = { origin: "example.com", records: ns("example.com", four) };
  const where = `enter ${older.join(", ")} as NS records of staging.example.com in the zone example.com`;
  const without = await said(world({ "example.com": four }, [parent]), child);
  expect(without.sentence).toContain(`example.com names no name servers for it; ${where}`);
  expect(without.sentence).toContain("`npm run domain -- staging` prints the lines");
  const records = [...parent.records, ...ns("staging.example.com", older)];
  expect((await said(world({ "example.com": four }, [{ ...parent, records }]), child)).kind).toBe("handed-over");
});

onLinux("where a zone above is not answered for, that comes first", async () => {
  const { kind, sentence } = await said(world({ "example.com": older }), child);
  expect(kind).toBe("lost");
  expect(sentence).toMatch(
    /name servers of example\.com do not answer.*have example\.com handed over first; then enter/,
  );
});

onLinux("a domain whose parent nobody registered is not delegated", async () => {
  const { kind, sentence } = await said(world({}), child);
  expect(kind).toBe("not-delegated");
  expect(sentence).toContain("com names no name servers for it");
});

test("DNS that cannot be asked is no verdict on the zone", async () => {
  const state = await zoneState(createDns({ standIn: { address: "127.0.0.1", port: 9 } }), zone);
  expect(state).toEqual({ kind: "unknown", reason: expect.stringMatching(/^127\.0\.0\.1:9: /) });
  expect(zoneSentence(zone, state, wording)?.next).toBe("let this machine ask DNS servers (UDP and TCP port 53)");
});

const caa = (name: string, flags: number, tag: string, value: string) => record(name, "CAA", { flags, tag, value });
const withCaa = (...records: ReturnType<typeof caa>[]) =>
  world({ "example.com": four }, [{ origin: "example.com", records: [...ns("example.com", four), ...records] }]);

onLinux.each<[string, ReturnType<typeof caa>[], string]>([
  [
    "others alone may issue",
    [caa("example.com", 0, "issue", "letsencrypt.org; validationmethods=dns-01")],
    'CAA records of example.com (letsencrypt.org alone) must let Amazon issue a certificate for example.com; add 0 issue "amazon.com" to them where the DNS records of example.com are kept',
  ],
  [
    "nobody may issue wildcards",
    [caa("example.com", 0, "issue", "amazon.com"), caa("example.com", 0, "issuewild", ";")],
    'CAA records of example.com (nobody) must let Amazon issue a certificate for *.example.com; add 0 issuewild "amazon.com" to them where the DNS records of example.com are kept',
  ],
  [
    "a critical record that nobody knows",
    [caa("example.com", 128, "tbs", "x")],
    'CAA records of example.com (nobody) must let Amazon issue a certificate for example.com; add 0 issue "amazon.com" to them where the DNS records of example.com are kept',
  ],
])("CAA, %s: Amazon is forbidden", async (_, records, sentence) => {
  await expect(said(withCaa(...records))).resolves.toEqual({ kind: "forbidden", sentence });
});

onLinux("CAA records above a zone that is created do not count: it gets its own with the certificates", async () => {
  const records = [
    ...ns("example.com", four),
    caa("example.com", 0, "issue", "letsencrypt.org"),
    ...ns("staging.example.com", older),
  ];
  const given = () => world({ "example.com": four }, [{ origin: "example.com", records }], "staging.example.com");
  expect((await said(given(), child)).kind).toBe("handed-over");
  expect((await said(given(), { ...child, source: "look-up" })).kind).toBe("forbidden");
});

onLinux.each<[string, ReturnType<typeof caa>[]]>([
  ["names Amazon", [caa("example.com", 0, "issue", "letsencrypt.org"), caa("example.com", 0, "issue", "awstrust.com")]],
  ["forbids nothing", [caa("example.com", 0, "iodef", "mailto:a@example.com")]],
  [
    "names Amazon nearer to the name than a zone above that does not",
    [caa("example.com", 0, "issue", "amazon.com"), caa("com", 0, "issue", ";")],
  ],
])("CAA that %s lets it issue", async (_, records) => {
  expect((await said(withCaa(...records))).kind).toBe("handed-over");
});
