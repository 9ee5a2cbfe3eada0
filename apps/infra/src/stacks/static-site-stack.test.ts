import type { Synthesized } from "@slipway/testing";
import { App } from "cdktf";
import type { Environment } from "../environment.ts";
import { stacksOf } from "../testing/stacks-of.ts";
import { withDomain } from "../testing/with-domain.ts";
import { StaticSiteStack } from "./static-site-stack.ts";

const { domain, name, account } = withDomain;

function stack(given: Partial<Environment> = {}): Synthesized {
  return stacksOf({ ...withDomain, ...given })["static-site"] as Synthesized;
}

const json = stack();

test("it says where files are published to, and where the app finds them", () => {
  expect(json.output("static_bucket")).toMatch(/^\$\{aws_s3_bucket\.static_files_bucket_\w+\.bucket\}$/);
  expect(json.output("static_distribution_id")).toMatch(/^\$\{aws_cloudfront_distribution\.\w+\.id\}$/);
  expect(json.output("static_url")).toBe("https://static.example.com/static/");
  expect(json.one("aws_s3_bucket").bucket).toBe(`${name}-static-${account}`);
});

test("zone and certificate are those of other stacks, and the name's records are here", () => {
  expect(json.one("aws_cloudfront_distribution")).toMatchObject({
    aliases: ["static.example.com"],
    viewer_certificate: { acm_certificate_arn: expect.stringContaining("cross-stack-reference-input-certificates") },
  });
  const zones = (of: Synthesized) => of.all("aws_route53_record").map(({ zone_id }) => zone_id);
  const zone = expect.stringMatching(/cross-stack-reference-input-dns\.outputs\.\S*zoneexamplecom_zone/);
  expect(zones(json)).toEqual([zone, zone]);
  const other = stack({ domain: { zones: {}, ...domain, static: "static.shops.example.com" } });
  expect(zones(other)).toEqual(Array(2).fill(expect.stringContaining("zoneshopsexamplecom_zone")));
});

test("the app's pages may load fonts and module scripts, at any port of the local AWS", () => {
  const originsOf = (of: Synthesized) =>
    of.one("aws_cloudfront_response_headers_policy").cors_config?.access_control_allow_origins.items;
  expect(originsOf(json)).toEqual([
    "https://example.com",
    "https://www.example.com",
    "https://example.org",
    "https://*.shops.example.com",
  ]);
  const { web } = withDomain.services;
  const zones = { ...domain?.zones, "shop.localhost": { source: "create" } } as const;
  const services = { web: { ...web, hosts: ["www.shop.localhost"] } } as Environment["services"];
  expect(originsOf(stack({ domain: { ...domain, zones }, services }))).toEqual([
    "https://www.shop.localhost",
    "https://www.shop.localhost:*",
  ]);
});

test("the environment's protection is that of its files", () => {
  expect(json.one("aws_cloudfront_distribution").lifecycle).toEqual({ prevent_destroy: true });
  expect(stack({ protection: "none" }).one("aws_s3_bucket").force_destroy).toBe(true);
});

test("without a name for static files, or a zone that holds it, there is no such stack", () => {
  const made = (environment: Environment) => () =>
    new StaticSiteStack(new App({ outdir: ".", stackTraces: false }), "static-site", environment, {
      zones: [],
      certificate: { certificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/1" },
    });
  const { static: _, ...nameless } = { zones: {}, ...domain };
  expect(made({ ...withDomain, domain: nameless })).toThrow(
    "domain.static (missing) must be the name of the static files; give it, or make no such stack.",
  );
  expect(made(withDomain)).toThrow(
    "domain.static (static.example.com) must lie in one of the zones (none); add its zone or remove the name.",
  );
});
