import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Certificate, HostedZone } from "@slipway/network";
import { Synthesized } from "@slipway/testing";
import { App } from "cdktf";
import type { Environment } from "../environment.ts";
import { withDomain } from "../testing/with-domain.ts";
import { BaseStack } from "./base-stack.ts";
import { HttpApiStack } from "./http-api-stack.ts";

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "http-api-"));
});
afterEach(() => rmSync(outdir, { recursive: true }));

function synthesize(environment: Environment): Synthesized {
  const app = new App({ outdir, stackTraces: false });
  const dns = new BaseStack(app, "dns", environment);
  const zones = ["example.com", "example.org"].map((domain) => new HostedZone(dns, domain, { domain }));
  const certificates = new BaseStack(app, "certificates", environment);
  const certificate = new Certificate(certificates, "regional", { names: ["*.example.com"], zones });
  new HttpApiStack(app, "http-api", environment, { zones, certificate });
  app.synth();
  return new Synthesized(JSON.parse(readFileSync(join(outdir, "stacks/http-api/cdk.tf.json"), "utf8")));
}

test("the functions of environments.ts are packed from the repository and answer their routes", () => {
  const json = synthesize(withDomain);
  expect(json.all("aws_lambda_function").map(({ function_name: name, filename }) => [name, filename])).toEqual([
    ["shop-hello", "code/shop-hello.zip"],
    ["shop-sums", "code/shop-sums.zip"],
  ]);
  expect(readdirSync(join(outdir, "stacks/http-api/code")).sort()).toEqual(["shop-hello.zip", "shop-sums.zip"]);
  expect(
    json
      .all("aws_apigatewayv2_route")
      .map(({ route_key: key }) => key)
      .sort(),
  ).toEqual(["GET /hello/{name}", "POST /sums"]);
  expect(json.one("aws_apigatewayv2_api")).toMatchObject({
    name: "shop",
    cors_configuration: { allow_origins: ["https://www.example.com"] },
  });
  expect(json.output("api_url")).toBe("https://api.example.com");
});

test("it reads zone and certificate of the stacks before it, and nobody reads it", () => {
  const json = synthesize(withDomain);
  expect(Object.keys(json.json.data.terraform_remote_state).sort()).toEqual([
    "cross-stack-reference-input-certificates",
    "cross-stack-reference-input-dns",
  ]);
  const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
  expect(manifest.stacks["http-api"].dependencies.sort()).toEqual(["certificates", "dns"]);
  expect(manifest.stacks.dns.dependencies).toEqual([]);
});

test("roles of functions lie where the apply role may make them, within the boundary", () => {
  const roles = synthesize(withDomain).all("aws_iam_role");
  expect(roles.map(({ name, path, permissions_boundary: boundary }) => [name, path, boundary])).toEqual([
    ["shop-hello-function", "/shop/functions/", "arn:aws:iam::333333333333:policy/shop-boundary-functions"],
    ["shop-sums-function", "/shop/functions/", "arn:aws:iam::333333333333:policy/shop-boundary-functions"],
  ]);
});

test("without an API there is no such stack", () => {
  expect(() => synthesize({ ...withDomain, api: undefined })).toThrow(
    "api (with-domain) must come with domain.api; leave the stack out without them.",
  );
});
