import { checkEnvironments } from "./check-environments.ts";
import type { EnvironmentInput } from "./environment.ts";
import { overlay } from "./overlay.ts";
import { inputWithDomain, withDomain } from "./testing/with-domain.ts";

const { api, domain, ...rest } = inputWithDomain;
const { hello } = api.functions;

function check(fields: object, more: object = {}) {
  const input = { ...rest, registry: "shop", domain, api: { ...api, ...fields }, ...more };
  return () => checkEnvironments({ shop: input as EnvironmentInput });
}

/** The one function `hello` behind one route, with other fields. */
const withFunction = (fields: object) =>
  check({ routes: { "GET /hello": "hello" }, functions: { hello: { ...hello, ...fields } } });

test("an API comes back with its limits", () => {
  expect(withDomain.api).toMatchObject({ ...api, throttling: { burstLimit: 50, rateLimit: 100 } });
  expect(withFunction({ environment: { STAGE: "live" }, memorySize: 128, timeout: 30 })).not.toThrow();
});

test("an API and its name come together", () => {
  expect(check({}, { domain: { ...domain, api: undefined } })).toThrow(
    "shop.domain.api (missing) must be the name at which the API answers; add it, or remove api.",
  );
  expect(check({}, { domain: undefined })).toThrow("shop.domain.api (missing) must be the name");
  expect(check({}, { api: undefined })).toThrow(
    "shop.api (missing) must say what answers at api.example.com; add it, or remove domain.api.",
  );
});

test.each<[string, () => unknown, string]>([
  ["no route", check({ routes: {}, functions: {} }), "shop.api.routes ({}) must name at least one route; add one."],
  [
    "a route that API Gateway refuses",
    check({ routes: { ...api.routes, "GET hello": "hello" } }),
    "shop.api.routes.GET hello (hello) must be $default or ANY, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS and a path; write for example GET /hello.",
  ],
  [
    "a route to nothing",
    check({ routes: { ...api.routes, "GET /a": "a" } }),
    "shop.api.routes.GET /a (a) must be the key of a function (hello, sums); add it to functions or correct it.",
  ],
  [
    "a route to what every object has",
    check({ routes: { ...api.routes, "GET /a": "toString" } }),
    "shop.api.routes.GET /a (toString) must be the key of a function (hello, sums)",
  ],
  [
    "a function that nothing asks",
    check({ routes: { "GET /hello": "hello" } }),
    "must answer a route; add one to routes or remove the function.",
  ],
  [
    "a key of a function that is no part of a name",
    check({ routes: { "GET /hello": "Hello" }, functions: { Hello: hello } }),
    "shop.api.functions (Hello) must be at most 20 lower-case letters, digits and hyphens, a letter first; rename it.",
  ],
  [
    "another runtime",
    withFunction({ runtime: "python3.12" }),
    "shop.api.functions.hello.runtime (python3.12) must be python3.13 or nodejs22.x; choose one.",
  ],
  [
    "a folder outside the repository",
    withFunction({ folder: "../other" }),
    "shop.api.functions.hello.folder (../other) must be a path without spaces inside the repository; write for example apps/api/hello.",
  ],
  [
    "a variable that Lambda keeps for itself",
    withFunction({ environment: { AWS_REGION: "x" } }),
    "shop.api.functions.hello.environment (AWS_REGION) must not begin with AWS_ or LAMBDA_, which Lambda keeps for itself; rename it.",
  ],
  [
    "too long a time",
    withFunction({ timeout: 60 }),
    "shop.api.functions.hello.timeout (60) must be whole seconds from 1 to 30, after which an HTTP API has given up; shorten it.",
  ],
  [
    "too little memory",
    withFunction({ memorySize: 64 }),
    "shop.api.functions.hello.memorySize (64) must be a whole number of MB from 128 to 10240; correct it.",
  ],
  [
    "an origin with a path",
    check({ cors: { allowOrigins: ["https://www.example.com/"] } }),
    "shop.api.cors.allowOrigins.0 (https://www.example.com/) must be * or a protocol with a name, without a path; write for example https://www.example.com.",
  ],
  [
    "a limit that refuses everybody",
    check({ throttling: { burstLimit: 0, rateLimit: 100 } }),
    "shop.api.throttling.burstLimit (0) must be a whole number from 1 to 5000, what an account may take at once; correct it.",
  ],
  [
    "an unknown field",
    check({ stage: "live" }),
    "shop.api (stage) must not be there; check the spelling or remove it.",
  ],
])("%s is refused", (_, load, message) => {
  expect(load).toThrow(message);
});

test("another project in local has neither our functions nor our names", () => {
  const { api, domain } = overlay(inputWithDomain, '{"project":"blog","services":{"web":{}}}');
  expect([api, domain]).toEqual([undefined, undefined]);
});
