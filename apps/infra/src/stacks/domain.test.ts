import { Synthesized } from "@slipway/testing";
import { checkEnvironments } from "../check-environments.ts";
import type { Environment, EnvironmentInput } from "../environment.ts";
import { stacksOf } from "../testing/stacks-of.ts";
import { inputWithDomain, named, withDomain } from "../testing/with-domain.ts";

const stacks = stacksOf(withDomain);
const none = new Synthesized({});
const { dns = none, certificates = none, service = none } = stacks;

/** The stacks of the environment with other fields. */
function withOther(fields: object) {
  const input = named({ ...inputWithDomain, ...fields }) as EnvironmentInput;
  return stacksOf(checkEnvironments({ "with-domain": input }).get("with-domain") as Environment);
}

/** Names of the stacks whose states a stack reads. */
const readBy = (stack: Synthesized) =>
  Object.keys(stack.json.data?.terraform_remote_state ?? {}).map((id) =>
    id.replace("cross-stack-reference-input-", ""),
  );

const records = (stack: Synthesized, type: string) =>
  stack.all("aws_route53_record").filter((record) => record.type === type);

test("zones come first, then their certificates, then what serves them", () => {
  expect(readBy(dns)).toEqual([]);
  expect(readBy(certificates)).toEqual(["dns"]);
  expect(readBy(service).sort()).toEqual(["certificates", "dns", "media", "network", "registry"]);
  for (const name of ["static-site", "http-api"]) {
    expect(readBy(stacks[name] ?? none).sort()).toEqual(["certificates", "dns"]);
  }
});

test("jobs apply zones and certificates: nothing says that a person does", () => {
  for (const stack of [dns, certificates]) expect(stack.output("applied_by")).toBeUndefined();
});

test("a zone is created or looked up, and its name servers are told", () => {
  expect(dns.all("aws_route53_zone").map(({ name }) => name)).toEqual(["example.com", "shops.example.com"]);
  expect(dns.all("aws_route53_zone").every(({ lifecycle }) => lifecycle.prevent_destroy)).toBe(true);
  expect(Object.values(dns.json.data.aws_route53_zone)).toEqual([{ name: "example.org", private_zone: false }]);
  expect(dns.output("name_servers")).toEqual({
    "example.com": expect.stringMatching(/^\$\{aws_route53_zone\.\w+\.name_servers\}$/),
    "shops.example.com": expect.stringMatching(/^\$\{aws_route53_zone\.\w+\.name_servers\}$/),
    "example.org": expect.stringMatching(/^\$\{data\.aws_route53_zone\.\w+\.name_servers\}$/),
  });
});

test("a zone hands on those below it: of this environment by what they say, of others by what it is told", () => {
  const handed = records(dns, "NS").map(({ name, records: servers }) => [name, servers]);
  expect(handed).toEqual([
    ["shops.example.com", expect.stringMatching(/^\$\{aws_route53_zone\.shopsexamplecom_zone_\w+\.name_servers\}$/)],
    ["staging.example.com", inputWithDomain.domain.zones["example.com"].delegations["staging.example.com"]],
  ]);
});

test("each level hands on the next, and what was there before stays as it was", () => {
  const create = { source: "create" };
  const lookUp = { source: "look-up" };
  const zones = {
    "example.com": lookUp,
    "dev.example.com": create,
    "a.dev.example.com": lookUp,
    "old.example.com": lookUp,
    "example.org": create,
  };
  const { dns: more = none } = withOther({ services: {}, domain: { zones }, api: undefined });
  const handed = records(more, "NS").map(({ name, zone_id: zone }) => [name, /zone\.(\w+)_zone_/.exec(zone)?.[1]]);
  expect(handed).toEqual([
    ["a.dev.example.com", "devexamplecom"],
    ["dev.example.com", "examplecom"],
  ]);
});

test("protection none lets zones be destroyed", () => {
  const { dns: open = none } = withOther({ protection: "none" });
  expect(JSON.stringify(open.json)).not.toContain("prevent_destroy");
});

test("one certificate has the names of apps and API, one of us-east-1 that of the static files", () => {
  const [global, regional] = certificates.all("aws_acm_certificate");
  expect(regional).toMatchObject({
    domain_name: "example.com",
    subject_alternative_names: ["www.example.com", "example.org", "*.shops.example.com", "api.example.com"],
  });
  expect(regional).not.toHaveProperty("provider");
  expect(global).toMatchObject({ domain_name: "static.example.com", provider: "aws.global" });
  const [own, alias] = certificates.json.provider.aws;
  expect(alias).toEqual({ ...own, alias: "global", region: "us-east-1" });
  expect(certificates.output("regional_certificate_arn")).toMatch(/^\$\{aws_acm_certificate_validation\.regional_/);
  expect(certificates.output("global_certificate_arn")).toMatch(/^\$\{aws_acm_certificate_validation\.global_/);
});

test("a name that a wildcard of another service covers is on the certificate once", () => {
  const { web, tenants } = inputWithDomain.services;
  const services = { web, tenants: { ...tenants, hosts: ["*.example.com", "example.com"] } };
  const { certificates: fewer = none } = withOther({ services });
  const [, regional] = fewer.all("aws_acm_certificate");
  expect([regional?.domain_name, ...(regional?.subject_alternative_names ?? [])]).toEqual([
    "example.com",
    "example.org",
    "*.example.com",
  ]);
});

test("without names there is no certificate, and without apps none at the load balancer", () => {
  const { zones, api } = inputWithDomain.domain;
  const { hosts: _, environment: __, ...web } = inputWithDomain.services.web;
  const bare = withOther({ services: { web }, domain: { zones }, api: undefined });
  expect(Object.keys(bare)).toContain("dns");
  for (const stack of ["certificates", "static-site", "http-api"]) expect(Object.keys(bare)).not.toContain(stack);
  const apiAlone = withOther({ services: { web }, domain: { zones, api } });
  expect(apiAlone.certificates?.one("aws_acm_certificate").domain_name).toBe("api.example.com");
  expect(Object.keys(apiAlone)).not.toContain("static-site");
  for (const { service: http = none } of [bare, apiAlone]) {
    expect(http.all("aws_lb_listener").map(({ port }) => port)).toEqual([80]);
    expect(http.output("url")).toMatch(/^http:\/\/\$\{aws_lb\./);
  }
});

test("static files and API have each the certificate of their own region", () => {
  const served = (name: string) => JSON.stringify(stacks[name]?.json.resource);
  expect(served("static-site")).toMatch(/outputs\.cross-stack-output-aws_acm_certificate_validationglobal_/);
  expect(served("http-api")).toMatch(/outputs\.cross-stack-output-aws_acm_certificate_validationregional_/);
});

test("the load balancer serves the certificate, and every host leads to it", () => {
  const https = service.all("aws_lb_listener").find(({ port }) => port === 443);
  expect(https?.certificate_arn).toContain("cross-stack-reference-input-certificates.outputs");
  for (const type of ["A", "AAAA"]) {
    const names = records(service, type).map(({ name, alias }) => [name, alias.name]);
    expect(names.map(([name]) => name)).toEqual([
      "example.com",
      "www.example.com",
      "example.org",
      "*.shops.example.com",
    ]);
    expect(names.every(([, target]) => /^\$\{aws_lb\.\S+\.dns_name\}$/.test(target))).toBe(true);
  }
  const zonesOfShops = records(service, "A").find(({ name }) => name === "*.shops.example.com")?.zone_id;
  expect(zonesOfShops).toContain("shopsexamplecom");
});

test("the address of the app is that of its first host, over HTTPS", () => {
  expect(service.output("url")).toBe("https://example.com");
  expect(service.output("load_balancer_dns_name")).toMatch(/^\$\{aws_lb\./);
  expect(service.output("services")).toMatchObject({
    web: { host: "example.com" },
    tenants: { host: "www.shops.example.com" },
  });
  expect(service.output("services")).not.toHaveProperty("worker.host");
});

test("a service that takes any host is asked by one that the certificate covers", () => {
  const { web, tenants } = inputWithDomain.services;
  const { hosts: _, ...any } = tenants;
  const { service: other = none } = withOther({ services: { web, any } });
  expect(other.output("services")).toMatchObject({ any: { host: "example.com" } });
});

test("variables name the hosts, as Django writes them, and where the static files are", () => {
  const { web, tenants } = inputWithDomain.services;
  const environment = { ALLOWED_HOSTS: "{hosts}", PLAIN: "${hosts} {static-site}x" };
  const { service: other = none } = withOther({ services: { web, tenants: { ...tenants, environment } } });
  const variables = (stack: Synthesized, name: string) =>
    JSON.parse(stack.at("aws_ecs_task_definition", `${name}_task_definition`).container_definitions)[0].environment;
  expect(variables(service, "web")).toEqual([
    {
      name: "ALLOWED_HOSTS",
      value: expect.stringMatching(/^\$\{aws_lb\.\S+\.dns_name\},example\.com,www\.example\.com,example\.org$/),
    },
    { name: "STATIC_URL", value: "https://static.example.com/static/" },
  ]);
  expect(variables(other, "tenants")).toEqual([
    { name: "ALLOWED_HOSTS", value: ".shops.example.com" },
    { name: "PLAIN", value: "$.shops.example.com https://static.example.com/static/x" },
  ]);
});

test("without domain, hosts are what requests must name and what a variable says, and nothing more", () => {
  const { web } = inputWithDomain.services;
  const environment = { ALLOWED_HOSTS: "{hosts}" };
  const plain = withOther({ services: { web: { ...web, environment } }, domain: undefined, api: undefined });
  expect(Object.keys(plain)).toEqual(["access", "network", "registry", "service", "state"]);
  const { service: http = none } = plain;
  expect(http.all("aws_route53_record")).toEqual([]);
  expect(http.all("aws_lb_listener").map(({ port }) => port)).toEqual([80]);
  expect(http.output("url")).toMatch(/^http:\/\/\$\{aws_lb\./);
  expect(http.one("aws_lb_listener_rule").condition[1]).toEqual({ host_header: { values: web.hosts } });
  const [{ environment: variables }] = JSON.parse(http.one("aws_ecs_task_definition").container_definitions);
  expect(variables).toEqual([{ name: "ALLOWED_HOSTS", value: "example.com,www.example.com,example.org" }]);
});
