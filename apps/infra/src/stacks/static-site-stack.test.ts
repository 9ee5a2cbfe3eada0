import type { Synthesized } from "@slipway/testing";
import type { Environment } from "../environment.ts";
import { environment } from "../environments.ts";
import { edgeOf } from "../testing/edge-stacks.ts";
import { synthesized } from "../testing/stacks-of.ts";
import { StaticSiteStack } from "./static-site-stack.ts";

const zone = { source: "create" } as const;
const domain = { zones: { "example.com": zone, "example.org": zone }, static: "static.example.com" };

function stack(given: Partial<Environment> = {}): Synthesized {
  const own = { ...environment("production"), domain, ...given } as Environment;
  const stacks = synthesized((outdir) => {
    const { app, zones, certificate } = edgeOf(own, outdir);
    new StaticSiteStack(app, "static-site", own, { zones, certificate });
    return app;
  });
  return stacks["static-site"] as Synthesized;
}

const withHosts = (...hosts: readonly string[]): Partial<Environment> => {
  const { services } = environment("production");
  return { services: { web: { ...services.web, hosts } } } as Partial<Environment>;
};

test("it says where files are published to, and where the app finds them", () => {
  const json = stack();
  expect(json.output("static_bucket")).toMatch(/^\$\{aws_s3_bucket\.static_files_bucket_\w+\.bucket\}$/);
  expect(json.output("static_distribution_id")).toMatch(/^\$\{aws_cloudfront_distribution\.\w+\.id\}$/);
  expect(json.output("static_url")).toBe("https://static.example.com/static/");
  const { name, account } = environment("production");
  expect(json.one("aws_s3_bucket").bucket).toBe(`${name}-static-${account}`);
});

test("zone and certificate are those of other stacks, and the name's records are here", () => {
  const json = stack();
  const read = Object.values(json.json.data.terraform_remote_state as Record<string, { config: { key: string } }>);
  expect(read.map(({ config }) => config.key).sort()).toEqual([
    "production/certificates.tfstate",
    "production/dns.tfstate",
  ]);
  expect(json.one("aws_cloudfront_distribution")).toMatchObject({
    aliases: ["static.example.com"],
    viewer_certificate: { acm_certificate_arn: expect.stringContaining("cross-stack-reference-input-certificates") },
  });
  for (const { zone_id } of json.all("aws_route53_record")) {
    expect(zone_id).toMatch(/cross-stack-reference-input-dns\.outputs\.\S*zonecom_zone/);
  }
  const org = stack({ domain: { ...domain, static: "example.org" } });
  expect(org.all("aws_route53_record").map(({ zone_id }) => zone_id)).toEqual([
    expect.stringContaining("zoneorg_zone"),
    expect.stringContaining("zoneorg_zone"),
  ]);
});

test("the app's pages may load fonts and module scripts, at any port of the local AWS", () => {
  const origins = (json: Synthesized) =>
    json.one("aws_cloudfront_response_headers_policy").cors_config?.access_control_allow_origins.items;
  expect(origins(stack())).toBeUndefined();
  expect(origins(stack(withHosts("example.com", "*.example.com")))).toEqual([
    "https://example.com",
    "https://*.example.com",
  ]);
  expect(origins(stack(withHosts("shop.localhost")))).toEqual(["https://shop.localhost", "https://shop.localhost:*"]);
});

test("the environment's protection is that of its files", () => {
  expect(stack().one("aws_cloudfront_distribution").lifecycle).toEqual({ prevent_destroy: true });
  expect(stack({ protection: "none" }).one("aws_s3_bucket").force_destroy).toBe(true);
});

test("without a name for static files, or a zone that holds it, there is no such stack", () => {
  expect(() => stack({ domain: { zones: domain.zones } })).toThrow(
    "domain.static (missing) must be the name of the static files; give it, or make no such stack.",
  );
  expect(() => stack({ domain: { ...domain, static: "static.example.net" } })).toThrow(
    "domain.static (static.example.net) must lie in one of the zones (example.com, example.org); add its zone or remove the name.",
  );
});
