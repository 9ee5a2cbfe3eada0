import { checkEnvironments } from "./check-environments.ts";
import type { EnvironmentInput } from "./environment.ts";
import { inputWithDomain, named } from "./testing/with-domain.ts";

const { domain, services, ...rest } = inputWithDomain;
const { environment: _, ...plain } = services.web;
const servers = domain.zones["example.com"].delegations["staging.example.com"];

/** Checks the environment with other fields of `domain`, or with other services. */
function check(fields: object, more: object = {}) {
  const input = { ...rest, registry: "shop", services: { web: plain }, domain: { ...domain, ...fields }, ...more };
  return () => checkEnvironments({ shop: named(input) as EnvironmentInput });
}

const hosts = (...names: readonly string[]) => check({}, { services: { web: { ...plain, hosts: names } } });
const zones = (name: string, zone: object = { source: "create" }) => check({ zones: { [name]: zone } });
const delegations = (given: object) => zones("example.com", { source: "create", delegations: given });
const aDomainName = "must be a domain name, such as example.com or www.example.com; correct it.";

test("names of an app, its static files and its API are taken, wildcards of an app too", () => {
  expect(check({})).not.toThrow();
  expect(hosts("example.com", "*.example.com")).not.toThrow();
  expect(check({ static: undefined, api: undefined })).not.toThrow();
  expect(zones("shop.localhost")).toThrow("must lie in one of the zones (shop.localhost)");
  expect(
    check({ zones: { "shop.localhost": { source: "create" } }, static: undefined, api: undefined }, { services: {} }),
  ).not.toThrow();
});

test.each<[string, () => unknown, string]>([
  [
    "no zone",
    check({ zones: {} }),
    "shop.domain.zones ({}) must name at least one zone; add one, or leave out domain for HTTP alone.",
  ],
  [
    "a list of zones",
    check({ zones: ["example.com"] }),
    'shop.domain.zones (["example.com"]) must be zones by their names; write { "example.com": { source: "create" } }.',
  ],
  [
    "a zone without source",
    zones("example.com", {}),
    "shop.domain.zones.example.com.source (missing) must be create or look-up; look-up is for a zone that the account has already.",
  ],
  [
    "a text for a zone",
    zones("example.com", "create" as never),
    'shop.domain.zones.example.com (create) must be { source }; write { source: "create" }.',
  ],
  [
    "a zone in upper case",
    zones("Example.com"),
    "shop.domain.zones (Example.com) must be lower case; write example.com.",
  ],
  [
    "a dot at the end",
    zones("example.com."),
    "shop.domain.zones (example.com.) must have no dot at its end; write example.com.",
  ],
  [
    "a protocol",
    zones("https://example.com"),
    "shop.domain.zones (https://example.com) must be a name alone; remove protocol, port, path and spaces.",
  ],
  [
    "a path",
    check({ static: "static.example.com/static" }),
    "shop.domain.static (static.example.com/static) must be a name alone; remove protocol, port, path and spaces.",
  ],
  [
    "other letters",
    zones("bücher.example"),
    "shop.domain.zones (bücher.example) must be in ASCII; write xn--bcher-kva.example.",
  ],
  [
    "other letters in a host",
    hosts("*.bücher.example.com"),
    "shop.services.web.hosts.0 (*.bücher.example.com) must be in ASCII; write *.xn--bcher-kva.example.com.",
  ],
  ["a single label", zones("localhost"), `shop.domain.zones (localhost) ${aDomainName}`],
  ["an address", check({ api: "10.0.0.1" }), `shop.domain.api (10.0.0.1) ${aDomainName}`],
  [
    "a wildcard for a zone",
    zones("*.example.com"),
    "shop.domain.zones (*.example.com) must be one name and no wildcard; remove the *.",
  ],
  [
    "a wildcard for the static files",
    check({ static: "*.example.com" }),
    "shop.domain.static (*.example.com) must be one name and no wildcard; remove the *.",
  ],
  [
    "a wildcard of a wildcard",
    hosts("*.*.example.com"),
    "shop.services.web.hosts.0 (*.*.example.com) must have one * at most, as its first label; name the level below instead.",
  ],
  [
    "a wildcard inside",
    hosts("a.*.example.com"),
    "shop.services.web.hosts.0 (a.*.example.com) must have one * at most, as its first label; name the level below instead.",
  ],
  [
    "a name in no zone",
    hosts("www.example.net"),
    "shop.services.web.hosts.0 (www.example.net) must lie in one of the zones (example.com, shops.example.com, example.org); add its zone or correct the name.",
  ],
  [
    "a name whose end alone is that of a zone",
    check({ api: "badexample.com" }),
    "shop.domain.api (badexample.com) must lie in one of the zones",
  ],
  [
    "a name that is handed on",
    hosts("www.staging.example.com"),
    "shop.services.web.hosts.0 (www.staging.example.com) must not lie in staging.example.com, which example.com hands on; say it in the environment that has this zone.",
  ],
  [
    "a name twice",
    hosts("example.com", "www.example.com", "example.com"),
    "shop.services.web.hosts.2 (example.com) must be there once; remove the other.",
  ],
  [
    "a name that a wildcard covers",
    hosts("*.example.com", "www.example.com"),
    "shop.services.web.hosts.1 (www.example.com) must not repeat what *.example.com covers; remove it.",
  ],
  [
    "the app's name for the static files",
    check({ static: "www.example.com" }),
    "shop.domain.static (www.example.com) must differ from the hosts of web, as one name leads to one place; give it another name.",
  ],
  [
    "the app's name for the API",
    check({ api: "www.example.com" }),
    "shop.domain.api (www.example.com) must differ from the hosts of web, as one name leads to one place; give it another name.",
  ],
  [
    "the API's name for the static files",
    check({ static: "api.example.com" }),
    "shop.domain.static (api.example.com) must differ from api, as one name leads to one place; give it another name.",
  ],
  [
    "a long first name",
    hosts(`${"a".repeat(60)}.example.com`),
    "must be at most 64 characters as the first name of its certificate; put a shorter one first.",
  ],
  [
    "a long static name",
    check({ static: `${"a".repeat(60)}.example.com` }),
    "must be at most 64 characters as the first name of its certificate; put a shorter one first.",
  ],
  [
    "a quota that AWS does not give",
    check({ quota: 101 }),
    "shop.domain.quota (101) must be a whole number from 1 to 100; ask AWS for more than 10 first.",
  ],
  [
    "a child that is not below",
    delegations({ "staging.example.org": servers }),
    "shop.domain.zones.example.com.delegations.staging.example.org ([",
  ],
  [
    "a child that is the zone itself",
    delegations({ "example.com": servers }),
    "must lie below example.com; correct one of them.",
  ],
  [
    "three servers",
    delegations({ "a.example.com": [...servers.slice(0, 3), `${servers[0]}.`] }),
    "must be the four name servers of the zone; copy all of them.",
  ],
  [
    "a server twice",
    delegations({ "a.example.com": [...servers, `${servers[0]}.`] }),
    "must be the four name servers of the zone; copy all of them.",
  ],
  [
    "a server's address",
    delegations({ "a.example.com": [...servers.slice(0, 3), "10.0.0.1"] }),
    `shop.domain.zones.example.com.delegations.a.example.com.3 (10.0.0.1) ${aDomainName}`,
  ],
  [
    "a child that is a zone here",
    check({ zones: { ...domain.zones, "staging.example.com": { source: "create" } } }),
    "must not be a zone of this environment, whose name servers are taken from it; remove the delegation.",
  ],
  [
    "something else",
    check({ certificate: "arn" }),
    "shop.domain (certificate) must not be there; check the spelling or remove it.",
  ],
])("%s is refused", (_name, load, message) => {
  expect(load).toThrow(message);
});

test.each<[string, () => unknown, string]>([
  [
    "a host with a space",
    hosts("www.example.com "),
    "shop.services.web.hosts.0 (www.example.com ) must be a name alone; remove protocol, port, path and spaces.",
  ],
  ["a host of numbers", hosts("www.example.123"), `shop.services.web.hosts.0 (www.example.123) ${aDomainName}`],
  ["no static name", check({ static: "" }), `shop.domain.static () ${aDomainName}`],
  [
    "a quota of none",
    check({ quota: 0 }),
    "shop.domain.quota (0) must be a whole number from 1 to 100; ask AWS for more than 10 first.",
  ],
])("%s is refused in one sentence", (_name, load, message) => {
  expect(load).toThrow(new Error(message));
});

test("names in a top-level domain of other letters are taken in punycode", () => {
  const zone = { zones: { "xn--e1afmkfd.xn--p1ai": { source: "create" } }, static: undefined, api: undefined };
  const services = (host: string) => ({ services: { web: { ...plain, hosts: [host] } } });
  expect(check(zone, services("пример.рф"))).toThrow("must be in ASCII; write xn--e1afmkfd.xn--p1ai.");
  expect(check(zone, services("xn--e1afmkfd.xn--p1ai"))).not.toThrow();
});

/** More names than a certificate has room for, over services, of which none may have more than four. */
const eleven = Object.fromEntries(
  [0, 1, 2].map((service) => [
    `web-${service}`,
    {
      ...plain,
      priority: service + 1,
      hosts: [0, 1, 2, 3].slice(service === 2 ? 2 : 0).map((host) => `s${service}h${host}.example.com`),
    },
  ]),
);

test("more names than the quota are refused, and taken once AWS has raised it", () => {
  expect(check({}, { services: eleven })).toThrow(
    "shop.domain.quota (missing) must be at least 11, the number of names on the certificate of hosts and api; use wildcards, or have AWS raise the quota of 10 and give it here.",
  );
  expect(check({ quota: 11 }, { services: eleven })).not.toThrow();
  expect(check({ api: undefined }, { services: eleven })).not.toThrow();
});

test("two services may share a name, and one may name what another's wildcard covers", () => {
  const api = { ...plain, hosts: ["www.example.com"], paths: ["/healthz", "/api/*"], priority: 1 };
  const all = { ...plain, hosts: ["*.example.com"], priority: 2 };
  expect(check({}, { services: { api, web: plain, all: { ...all, priority: 3 } } })).not.toThrow();
});

test("without domain nothing is asked of hosts, and a variable names only what is there", () => {
  const bare = (web: object) => check({}, { domain: undefined, services: { web: { ...plain, ...web } } });
  expect(
    bare({ hosts: ["shop-?.example.com", "Shop.example.com"], environment: { ALLOWED_HOSTS: "{hosts}" } }),
  ).not.toThrow();
  expect(bare({ environment: { STATIC_URL: "{static-site}" } })).toThrow(
    "shop.services.web.environment.STATIC_URL ({static-site}) must name no {static-site} where there is none; give domain.static, or leave the variable out, and the app serves its own files.",
  );
  expect(bare({ hosts: undefined, environment: { ALLOWED_HOSTS: "{load-balancer},{hosts}" } })).toThrow(
    "shop.services.web.environment.ALLOWED_HOSTS ({load-balancer},{hosts}) must name no {hosts} where the service has none; give hosts, or remove it.",
  );
});

/** Checks a second environment beside that of the other tests. */
function beside(other: object) {
  const bucket = { stateBucket: "shop-other-state", account: "444444444444" };
  const second = {
    ...rest,
    registry: "staging",
    services: { web: { ...plain, hosts: undefined } },
    ...bucket,
    ...other,
  };
  const first = { ...rest, registry: "shop", services: { web: plain }, domain };
  return () => checkEnvironments({ shop: first, staging: named(second) as EnvironmentInput });
}

const own = { zones: { "staging.example.com": { source: "create" } }, api: "api.staging.example.com" };

test("a zone below another environment's answers for its names", () => {
  expect(beside({ domain: own })).not.toThrow();
  const zone = { zones: { "www.example.com": { source: "create" } } };
  expect(beside({ domain: zone })).toThrow(
    "shop.services.web.hosts.1 (www.example.com) must not lie in www.example.com, a zone of staging, which answers for it; choose another name, or look that zone up here.",
  );
});

test("one environment creates a zone and others look it up, under names of their own", () => {
  const shared = (source: string, api: string) => beside({ domain: { zones: { "example.com": { source } }, api } });
  expect(shared("look-up", "staging-api.example.com")).not.toThrow();
  expect(shared("create", "staging-api.example.com")).toThrow(
    "staging.domain.zones.example.com.source (create) must be look-up, since shop creates this zone; change one of them, or take a zone below it.",
  );
  expect(shared("look-up", "api.example.com")).toThrow(
    "staging.domain.api (api.example.com) must not be a name of shop too, as it leads to one place; give one of them another.",
  );
});

test("names on a local AWS are nobody else's", () => {
  const local = {
    ...rest,
    registry: "local",
    stateBucket: undefined,
    github: undefined,
    account: "000000000000",
    services: { web: plain },
    domain,
  };
  const first = { ...rest, registry: "shop", services: { web: plain }, domain };
  expect(() => checkEnvironments({ shop: first, local: local as unknown as EnvironmentInput })).not.toThrow();
});
