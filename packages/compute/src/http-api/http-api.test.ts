import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Certificate, HostedZone } from "@slipway/network";
import { synth } from "@slipway/testing";
import { Function as ApiFunction } from "./function.ts";
import { HttpApi, type HttpApiProps } from "./http-api.ts";

const root = mkdtempSync(join(tmpdir(), "api-"));
beforeAll(() => {
  mkdirSync(join(root, "hello"));
  writeFileSync(join(root, "hello/main.py"), "def handler(event, context):\n    return {}\n");
});
afterAll(() => rmSync(root, { recursive: true }));

type Given = Partial<Omit<HttpApiProps, "routes">> & { readonly keys?: Readonly<Record<string, string>> };

/** An API whose routes lead to functions by name. */
function made({ keys = { "GET /hello": "hello" }, ...props }: Given = {}) {
  return synth((scope) => {
    const zone = new HostedZone(scope, "com", { domain: "example.com", source: "look-up" });
    const certificate = new Certificate(scope, "web", { names: ["example.com", "*.example.com"], zones: [zone] });
    const code = { runtime: "python3.13", handler: "main.handler", folder: join(root, "hello") } as const;
    const functions = new Map(
      [...new Set(Object.values(keys))].map((key) => [
        key,
        new ApiFunction(scope, key, { name: `shop-${key}`, ...code }),
      ]),
    );
    const routes = Object.fromEntries(
      Object.entries(keys).map(([route, key]) => [route, functions.get(key) as ApiFunction]),
    );
    const throttling = { burstLimit: 50, rateLimit: 100 };
    const api = new HttpApi(scope, "api", {
      name: "shop",
      host: "api.example.com",
      certificate,
      zone,
      routes,
      throttling,
      ...props,
    });
    expect(api.url).toBe(`https://${props.host ?? "api.example.com"}`);
  });
}

test("it answers to its own name alone, with the issued certificate and TLS 1.2", () => {
  const json = made();
  expect(json.one("aws_apigatewayv2_api")).toEqual({
    name: "shop",
    protocol_type: "HTTP",
    disable_execute_api_endpoint: true,
  });
  expect(json.one("aws_apigatewayv2_domain_name")).toEqual({
    domain_name: "api.example.com",
    domain_name_configuration: {
      certificate_arn: expect.stringContaining("aws_acm_certificate_validation"),
      endpoint_type: "REGIONAL",
      security_policy: "TLS_1_2",
      ip_address_type: "dualstack",
    },
  });
  const aliases = json.all("aws_route53_record").filter(({ alias }) => alias !== undefined);
  expect(aliases.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    "A api.example.com",
    "AAAA api.example.com",
  ]);
  expect(aliases[0]?.alias).toEqual({
    name: expect.stringContaining("domain_name_configuration[0].target_domain_name"),
    zone_id: expect.stringContaining("domain_name_configuration[0].hosted_zone_id"),
    evaluate_target_health: false,
  });
});

test("each route leads to its function, which this API alone may call", () => {
  const json = made({ keys: { "GET /hello/{name}": "hello", "ANY /hello": "hello", $default: "other" } });
  const routes = json.all("aws_apigatewayv2_route").map(({ route_key: key, target }) => [key, target]);
  expect(routes).toHaveLength(3);
  const to = Object.fromEntries(routes);
  expect(to["GET /hello/{name}"]).toBe(to["ANY /hello"]);
  expect(to.$default).not.toBe(to["ANY /hello"]);
  expect(json.all("aws_apigatewayv2_integration")).toHaveLength(2);
  expect(json.all("aws_apigatewayv2_integration")[0]).toMatchObject({
    integration_type: "AWS_PROXY",
    integration_method: "POST",
    payload_format_version: "2.0",
    integration_uri: expect.stringContaining("invoke_arn"),
  });
  const permissions = json.all("aws_lambda_permission");
  expect(permissions).toHaveLength(2);
  for (const { statement_id: statement, principal, source_arn: source } of permissions) {
    expect(statement).toBe("http-api-shop");
    expect(principal).toBe("apigateway.amazonaws.com");
    expect(source).toMatch(/^\$\{aws_apigatewayv2_api\.api_\w+\.execution_arn\}\/\*\/\*$/);
  }
});

test("a function or a route more changes no other's address", () => {
  const before = made().addresses;
  const after = made({ keys: { "POST /orders": "orders", "GET /hello": "hello", "GET /more": "hello" } }).addresses;
  expect(after).toEqual(expect.arrayContaining([...before]));
});

test("what is asked is logged for 30 days, and limited for all", () => {
  const json = made({ throttling: { burstLimit: 5, rateLimit: 0.5 } });
  const stage = json.one("aws_apigatewayv2_stage");
  expect(stage).toMatchObject({
    name: "$default",
    auto_deploy: true,
    default_route_settings: { throttling_burst_limit: 5, throttling_rate_limit: 0.5 },
  });
  expect(JSON.parse(stage.access_log_settings.format)).toMatchObject({ status: "$context.status" });
  const groups = json.all("aws_cloudwatch_log_group");
  expect(groups.map(({ name, retention_in_days: days }) => `${name} ${days}`)).toEqual([
    "/aws/vendedlogs/apigateway/shop 30",
    "/aws/lambda/shop-hello 30",
  ]);
});

test("pages of the names in cors may use it, with what is said and nothing else", () => {
  const cors = { allowOrigins: ["https://www.example.com"], allowMethods: ["GET", "POST"], maxAge: 3600 };
  expect(made({ cors }).one("aws_apigatewayv2_api").cors_configuration).toEqual({
    allow_origins: ["https://www.example.com"],
    allow_methods: ["GET", "POST"],
    max_age: 3600,
  });
  const include = { ...cors, credentials: "include", allowHeaders: ["content-type"], exposeHeaders: ["etag"] } as const;
  expect(made({ cors: include }).one("aws_apigatewayv2_api").cors_configuration).toMatchObject({
    allow_credentials: true,
    allow_headers: ["content-type"],
    expose_headers: ["etag"],
  });
});

test.each<[Given, string]>([
  [{ keys: {} }, "routes (none) must name at least one route; add one."],
  [
    { keys: { "get /hello": "hello" } },
    "routes.get /hello (get /hello) must be $default or ANY, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS and a path; write for example GET /hello.",
  ],
  [{ throttling: { burstLimit: 0, rateLimit: 1 } }, "throttling.burstLimit (0) must be a whole number from 1 to 5000"],
  [
    { cors: { allowOrigins: ["www.example.com"] } },
    "cors.allowOrigins.0 (www.example.com) must be * or a protocol with a name, without a path; write for example https://www.example.com.",
  ],
  [
    { host: "api.example.org" },
    "host (api.example.org) must be covered by the certificate (example.com, *.example.com); add it to its names.",
  ],
  [{ host: "v1.api.example.com" }, "host (v1.api.example.com) must be covered by the certificate"],
  [{ host: "API.example.com" }, "host (API.example.com) must be lower case; write api.example.com."],
  [
    { certificate: { certificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/a" } },
    "certificate (of us-east-1) must be of eu-west-1 for an HTTP API; make one there.",
  ],
  [{ name: "shop api" }, "name (shop api) must be letters, digits and single hyphens between them; rename it."],
])("%j is refused", (props, message) => {
  expect(() => made(props)).toThrow(message);
});
