import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkEnvironments } from "../../apps/infra/src/check-environments.ts";
import type { EnvironmentInput } from "../../apps/infra/src/environment.ts";
import { stacksOf } from "../../apps/infra/src/testing/stacks-of.ts";
import { inputWithDomain } from "../../apps/infra/src/testing/with-domain.ts";
import { Function as ApiFunction } from "../../packages/compute/src/http-api/function.ts";
import { HttpApi } from "../../packages/compute/src/http-api/http-api.ts";
import { Certificate } from "../../packages/network/src/edge/certificate.ts";
import { HostedZone } from "../../packages/network/src/edge/hosted-zone.ts";
import { synth } from "../../packages/testing/src/synth.ts";
import { root } from "./source-files.ts";

const blocksOf = (page: string) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
const [constructs = "", fields = ""] = blocksOf("docs/http-api.md");

test.each([
  ["the page", constructs],
  ["the package's README", blocksOf("packages/compute/README.md").join("\n")],
])("the constructs of %s make a function and its route", (_, block) => {
  // What it names from the repository's root, wherever the test runs; what it imports is given.
  const code = block.replace(/^import .*$/gm, "").replace('"apps/', `"${root}/apps/`);
  const run = new Function("Function", "HttpApi", "zone", "certificate", code);
  const json = synth((scope) => {
    const zone = new HostedZone(scope, "zone", { domain: "example.com", source: "look-up" });
    const certificate = new Certificate(scope, "certificate", { names: ["api.example.com"], zones: [zone] });
    run.call(scope, ApiFunction, HttpApi, zone, certificate);
  });
  expect(json.one("aws_lambda_function").filename).toBe("code/shop-hello.zip");
  expect(json.one("aws_apigatewayv2_route").route_key).toBe("GET /hello/{name}");
});

test("the fields of the page make the stack that it names", () => {
  const given = new Function(`return {${fields}}`)() as Pick<EnvironmentInput, "domain" | "api">;
  const { web } = inputWithDomain.services;
  const services = { web: { ...web, hosts: undefined, environment: undefined } };
  const input = { ...inputWithDomain, ...given, services } as EnvironmentInput;
  const environment = checkEnvironments({ "with-domain": input }).get("with-domain");
  if (environment === undefined) throw new Error("no environment");
  const api = stacksOf(environment)["http-api"];
  expect(api?.all("aws_lambda_function").map(({ runtime }) => runtime)).toEqual(["python3.13", "nodejs22.x"]);
  expect(api?.output("api_url")).toBe("https://api.example.com");
});
