import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { synth } from "@slipway/testing";
import { App, TerraformStack } from "cdktf";
import { Certificate, type CertificateProps, checkRegion } from "./certificate.ts";
import { HostedZone } from "./hosted-zone.ts";

function certificate(names: readonly string[], props: Partial<CertificateProps> = {}) {
  return synth((scope) => {
    const zones = ["example.com", "dev.example.com", "example.org"].map(
      (domain) => new HostedZone(scope, domain, { domain, source: "look-up" }),
    );
    new Certificate(scope, "web", { names, zones, ...props });
  });
}

test("only the issued certificate leaves it, and a new one is there before the old one goes", () => {
  const json = synth((scope) => {
    const zone = new HostedZone(scope, "com", { domain: "example.com", source: "look-up" });
    const made = new Certificate(scope, "web", { names: ["example.com"], zones: [zone] });
    expect([made.region, scope.node.root !== undefined]).toEqual(["eu-west-1", true]);
    expect(String(made.certificateArn)).toMatch(/TOKEN/);
  });
  expect(json.one("aws_acm_certificate")).toEqual({
    domain_name: "example.com",
    validation_method: "DNS",
    lifecycle: { create_before_destroy: true },
  });
  expect(json.one("aws_acm_certificate_validation").timeouts).toEqual({ create: "15m" });
});

test("an apex and its wildcard share a record that a new name does not touch", () => {
  const json = certificate(["example.com", "*.example.com"]);
  expect(json.one("aws_acm_certificate").subject_alternative_names).toEqual(["*.example.com"]);
  const record = json.one("aws_route53_record");
  expect(record.lifecycle).toEqual({ ignore_changes: ["name", "records"] });
  expect(record.name).toMatch(
    /^\$\{\[for o in aws_acm_certificate\.\w+\.domain_validation_options : o\.resource_record_name if trimprefix\(o\.domain_name, "\*\."\) == "example\.com"\]\[0\]\}$/,
  );
  const more = certificate(["example.com", "*.example.com", "www.example.org"]);
  expect(more.addresses).toEqual(expect.arrayContaining([...json.addresses]));
});

test("beside: other names are another certificate, at the same place for those who read it", () => {
  const addresses = (...names: readonly string[]) => certificate(names, { replacement: "beside" }).addresses;
  const [before, after] = [addresses("example.com"), addresses("example.com", "www.example.com")];
  expect(addresses("example.com")).toEqual(before);
  const onlyIn = (list: readonly string[], other: readonly string[]) => list.filter((each) => !other.includes(each));
  expect(onlyIn(before, after)).toEqual([expect.stringMatching(/^aws_acm_certificate\.web_certificate-[0-9a-f]{6}_/)]);
  expect(onlyIn(after, before)).toEqual([
    expect.stringMatching(/^aws_acm_certificate\.web_certificate-[0-9a-f]{6}_/),
    expect.stringMatching(/^aws_route53_record\./),
  ]);
});

test("of several zones that hold a name the longest takes its record", () => {
  const json = certificate(["a.dev.example.com", "www.example.com", "example.org"]);
  const zones = json.named("aws_route53_record").map(([, { zone_id }]) => zone_id.replace(/^.*zone\.|_zone.*$/g, ""));
  expect(zones.sort()).toEqual(["devexamplecom", "examplecom", "exampleorg"]);
});

test("one for CloudFront shares the record with that of the region", () => {
  const json = synth((scope) => {
    const zones = [new HostedZone(scope, "com", { domain: "example.com", source: "look-up" })];
    const provider = new AwsProvider(scope, "global", { region: "us-east-1", alias: "global" });
    const names = ["example.com", "*.example.com"];
    new Certificate(scope, "web", { names, zones });
    const edge = new Certificate(scope, "edge", { names, zones, provider });
    expect(edge.region).toBe("us-east-1");
    expect(() => checkRegion(edge, "eu-west-1", "a load balancer")).toThrow(
      "certificate (of us-east-1) must be of eu-west-1 for a load balancer; make one there.",
    );
    expect(() => checkRegion(edge, "us-east-1", "CloudFront")).not.toThrow();
  });
  expect(json.all("aws_route53_record")).toHaveLength(1);
  expect(json.all("aws_acm_certificate").filter(({ provider }) => provider === "aws.global")).toHaveLength(1);
  const fqdns = json.all("aws_acm_certificate_validation").map((each) => each.validation_record_fqdns);
  expect(fqdns[0]).toEqual(fqdns[1]);
});

test("a stack without provider has no region for a certificate", () => {
  const stack = new TerraformStack(new App({ outdir: ".", stackTraces: false }), "bare");
  const zones = [new HostedZone(stack, "com", { domain: "example.com", source: "look-up" })];
  expect(() => new Certificate(stack, "web", { names: ["example.com"], zones })).toThrow(
    "provider (missing) must name the certificate's region; give the stack an AwsProvider first.",
  );
});

const long = `${"a".repeat(60)}.example.com`;

test.each<[readonly string[], string]>([
  [[], "names (none) must name at least one domain; add one."],
  [["Example.com"], "names (Example.com) must be lower case; write example.com."],
  [
    ["https://example.com/"],
    "names (https://example.com/) must be a name alone; remove protocol, port, path and spaces.",
  ],
  [["example.com:443"], "names (example.com:443) must be a name alone; remove protocol, port, path and spaces."],
  [["example.com."], "names (example.com.) must have no dot at its end; write example.com."],
  [
    ["*.*.example.com"],
    "names (*.*.example.com) must have one * at most, as its first label; name the level below instead.",
  ],
  [
    ["a.*.example.com"],
    "names (a.*.example.com) must have one * at most, as its first label; name the level below instead.",
  ],
  [["localhost"], "names (localhost) must be a domain name, such as example.com or www.example.com; correct it."],
  [
    ["-a.example.com"],
    "names (-a.example.com) must be a domain name, such as example.com or www.example.com; correct it.",
  ],
  [["10.0.0.1"], "names (10.0.0.1) must be a domain name, such as example.com or www.example.com; correct it."],
  [["bücher.example.com"], "names (bücher.example.com) must be in ASCII; write xn--bcher-kva.example.com."],
  [["*.bücher.example.com"], "names (*.bücher.example.com) must be in ASCII; write *.xn--bcher-kva.example.com."],
  [
    ["other.net"],
    "names (other.net) must lie in one of the zones (example.com, dev.example.com, example.org); add its zone or remove the name.",
  ],
  [["example.com", "example.com"], "names (example.com) must be there once; remove the other."],
  [
    ["*.example.com", "www.example.com"],
    "names (www.example.com) must not repeat what *.example.com covers; remove it.",
  ],
  [[long], `names (${long}) must begin with a name of at most 64 characters; put a shorter one first.`],
  [
    Array.from({ length: 11 }, (_, index) => `n${index}.example.com`),
    "names (11 of them) must be at most 10; use wildcards or a second certificate, or have AWS raise the quota and give it.",
  ],
])("%j is refused", (names, message) => {
  expect(() => certificate(names)).toThrow(message);
});

test("a raised quota is taken, up to what AWS gives", () => {
  const names = Array.from({ length: 11 }, (_, index) => `n${index}.example.com`);
  expect(certificate(names, { quota: 11 }).all("aws_route53_record")).toHaveLength(11);
  expect(() => certificate(names, { quota: 101 })).toThrow(
    "quota (101) must be a whole number from 1 to 100; ask AWS for more than 10 first.",
  );
});
