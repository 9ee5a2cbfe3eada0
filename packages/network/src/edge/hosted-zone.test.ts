import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { synth } from "@slipway/testing";
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { Certificate } from "./certificate.ts";
import { HostedZone, type HostedZoneProps, zoneOf } from "./hosted-zone.ts";

const servers = ["ns-1.awsdns-01.org", "ns-2.awsdns-02.com", "ns-3.awsdns-03.net", "ns-4.awsdns-04.co.uk"];

function zone(props: Partial<HostedZoneProps> = {}, use: (zone: HostedZone) => void = () => {}) {
  return synth((scope) => use(new HostedZone(scope, "com", { domain: "example.com", ...props })));
}

const certified = (zone: HostedZone) =>
  void new Certificate(zone.node.scope as Construct, "web", {
    names: ["www.example.com", "a.example.com"],
    zones: [zone],
  });
const caaOf = (json: ReturnType<typeof zone>) => json.all("aws_route53_record").filter(({ type }) => type === "CAA");

test("a zone that is created may not be destroyed, and takes no time for records that it does not need yet", () => {
  const json = zone({}, ({ caa }) => expect(caa).toBeUndefined());
  expect(json.one("aws_route53_zone")).toEqual({ name: "example.com", lifecycle: { prevent_destroy: true } });
  expect(json.all("aws_route53_record")).toEqual([]);
});

test("with certificates, Amazon alone may issue them, or Let's Encrypt too when it is asked for", () => {
  const json = zone({}, certified);
  expect(caaOf(json)).toMatchObject([{ name: "example.com", records: ['0 issue "amazon.com"'] }]);
  const more = zone({ certificateAuthorities: ["amazon", "lets-encrypt"] }, certified);
  expect(caaOf(more)[0]?.records).toEqual(['0 issue "amazon.com"', '0 issue "letsencrypt.org"']);
  expect(caaOf(zone({ source: "look-up" }, certified))).toEqual([]);
});

test("protection none lets a zone be destroyed", () => {
  expect(zone({ protection: "none" }).one("aws_route53_zone")).toEqual({ name: "example.com" });
});

test("a zone that is looked up is public and left as it is", () => {
  const json = zone({ source: "look-up" });
  expect(json.addresses).toEqual([]);
  expect(Object.values(json.json.data.aws_route53_zone)).toEqual([{ name: "example.com", private_zone: false }]);
});

test("a child that is named with its four servers is handed on", () => {
  const json = zone({ source: "look-up", delegations: { "staging.example.com": servers } });
  expect(json.one("aws_route53_record")).toMatchObject({ name: "staging.example.com", type: "NS", records: servers });
});

test("a child in the same stack hands its servers up itself", () => {
  const json = synth((scope) => {
    const child = new HostedZone(scope, "staging", { domain: "staging.example.com" });
    new HostedZone(scope, "com", { domain: "example.com", delegations: { "staging.example.com": child.nameServers } });
  });
  const delegation = json.all("aws_route53_record").find(({ type }) => type === "NS");
  expect(delegation?.records).toMatch(/^\$\{aws_route53_zone\.staging_zone_\w+\.name_servers\}$/);
});

test("an alias answers over IPv4 and IPv6", () => {
  const target = { dnsName: "lb-1.eu-west-1.elb.amazonaws.com", zoneId: "Z32O12XQLNTSW2" };
  const json = zone({ source: "look-up" }, (each) => each.alias("www.example.com", target));
  const records = json.all("aws_route53_record");
  expect(records.map(({ type }) => type).sort()).toEqual(["A", "AAAA"]);
  for (const record of records) {
    expect(record).toMatchObject({
      name: "www.example.com",
      alias: { name: target.dnsName, zone_id: target.zoneId, evaluate_target_health: false },
    });
  }
});

test("an alias may stand for all names of a level", () => {
  const target = { dnsName: "lb-1.eu-west-1.elb.amazonaws.com", zoneId: "Z32O12XQLNTSW2" };
  const json = zone({ source: "look-up" }, (each) => {
    each.alias("example.com", target);
    each.alias("*.example.com", target);
  });
  const names = json.all("aws_route53_record").map(({ name }) => name);
  expect(names.sort()).toEqual(["*.example.com", "*.example.com", "example.com", "example.com"]);
});

test("names are held by the label, not by their letters", () => {
  zone({}, (each) => {
    expect(["example.com", "a.b.example.com"].every((name) => each.holds(name))).toBe(true);
    expect(each.holds("badexample.com")).toBe(false);
  });
});

test("validation records lie in the stack of the certificates, one for the name and its wildcard", () => {
  const app = new App({ outdir: ".", stackTraces: false });
  const [dns, certificates, other] = ["dns", "certificates", "other"].map((name) => {
    const stack = new TerraformStack(app, name);
    new AwsProvider(stack, "aws", { region: "eu-west-1" });
    return stack;
  }) as [TerraformStack, TerraformStack, TerraformStack];
  const zones = [new HostedZone(dns, "com", { domain: "example.com" })];
  new Certificate(certificates, "web", { names: ["example.com", "*.example.com"], zones });
  const [records] = certificates.node.children.filter(({ node }) => node.id === "com-validations");
  expect(records?.node.children.map(({ node }) => node.id)).toEqual(["example.com"]);
  expect(() => new Certificate(other, "web", { names: ["example.com"], zones })).toThrow(
    "name (example.com) must have its certificates in one stack, as they share its validation record; move them together.",
  );
});

test("an alias lies in the stack of what it leads to, as a zone's stack comes first", () => {
  const app = new App({ outdir: ".", stackTraces: false });
  const dns = new TerraformStack(app, "dns");
  const site = new TerraformStack(app, "site");
  const held = new HostedZone(dns, "com", { domain: "example.com" });
  class Target extends Construct {
    readonly dnsName = "d1.cloudfront.net";
    readonly zoneId = "Z2FDTNDATAQYW2";
  }
  const { a, aaaa } = held.alias("static.example.com", new Target(site, "target"));
  held.alias("www.example.com", new Target(site, "other"));
  expect([a, aaaa].map((record) => TerraformStack.of(record))).toEqual([site, site]);
  const [aliases] = site.node.children.filter(({ node }) => node.id === "com-aliases");
  expect(aliases?.node.children).toHaveLength(4);
  const inZone = held.alias("shop.example.com", new Target(dns, "target"));
  expect(inZone.a.node.scope).toBe(held);
});

test("of several zones that hold a name the longest is its own", () => {
  zone({}, (com) => {
    const child = new HostedZone(com, "dev", { domain: "dev.example.com" });
    expect(zoneOf("static", "a.dev.example.com", [com, child])).toBe(child);
    expect(zoneOf("static", "www.example.com", [child, com])).toBe(com);
    expect(() => zoneOf("static", "example.org", [])).toThrow(
      "static (example.org) must lie in one of the zones (none); add its zone or remove the name.",
    );
  });
});

test.each<[Partial<HostedZoneProps>, string]>([
  [
    { domain: "example" },
    "domain (example) must be a domain name, such as example.com or www.example.com; correct it.",
  ],
  [{ domain: "*.example.com" }, "domain (*.example.com) must be one name and no wildcard; remove the *."],
  [
    { certificateAuthorities: ["lets-encrypt"] },
    "certificateAuthorities (lets-encrypt) must include amazon, or ACM issues nothing; add it.",
  ],
  [
    { delegations: { "staging.example.org": servers } },
    "delegations (staging.example.org) must lie below example.com; correct one of them.",
  ],
  [
    { delegations: { "example.com": servers } },
    "delegations (example.com) must lie below example.com; correct one of them.",
  ],
  [
    { delegations: { "a.example.com": [...servers.slice(0, 3), `${servers[0]}.`] } },
    `delegations.a.example.com (${servers.slice(0, 3).join(", ")}, ${servers[0]}.) must be the four name servers of the zone; copy all of them.`,
  ],
  [
    { delegations: { "a.example.com": [...servers, `${servers[0]}.`] } },
    `delegations.a.example.com (${servers.join(", ")}, ${servers[0]}.) must be the four name servers of the zone; copy all of them.`,
  ],
  [
    { delegations: { "a.example.com": [...servers.slice(0, 3), "10.0.0.1"] } },
    "delegations.a.example.com (10.0.0.1) must be a domain name, such as example.com or www.example.com; correct it.",
  ],
])("%j is refused", (props, message) => {
  expect(() => zone(props)).toThrow(message);
});

test("a name of another zone, or of one that is handed on, is refused", () => {
  const target = { dnsName: "lb.example", zoneId: "Z1" };
  const alias = (name: string) => () =>
    zone({ delegations: { "staging.example.com": servers } }, (each) => each.alias(name, target));
  expect(alias("www.example.org")).toThrow(
    "name (www.example.org) must lie in the zone example.com; take its own zone or correct it.",
  );
  expect(alias("www.staging.example.com")).toThrow(
    "name (www.staging.example.com) must not lie in staging.example.com, which example.com hands on; make its record in the zone staging.example.com.",
  );
  expect(alias("a.*.example.com")).toThrow("name (a.*.example.com) must have one * at most, as its first label;");
});
