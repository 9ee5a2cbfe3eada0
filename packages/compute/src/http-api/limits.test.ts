import { type Cors, corsErrors, routeErrors, throttlingErrors } from "./limits.ts";

const text = (errors: ReturnType<typeof routeErrors>) =>
  errors.map(({ path, value, must }) => `${path.join(".")} (${value}) ${must}`);

test.each([
  "$default",
  "GET /",
  "ANY /hello",
  "POST /a/b/c",
  "GET /a/{id}/b",
  "ANY /{proxy+}",
  "GET /a/",
  "PUT /a.b/~c:d",
])("the route %s is taken", (key) => {
  expect(routeErrors([key])).toEqual([]);
});

test.each<[string, string]>([
  ["/hello", "must be $default or ANY"],
  ["GET hello", "must be $default or ANY"],
  ["GET  /hello", "must be $default or ANY"],
  ["TRACE /hello", "must be $default or ANY"],
  ["$connect", "must be $default or ANY"],
  ["GET /a//b", "must have parts of letters"],
  ["GET /a?b=c", "must have parts of letters"],
  ["GET /a b", "must have parts of letters"],
  ["GET /{id", "must have parts of letters"],
  ["GET /a{id}", "must have parts of letters"],
  ["GET /{rest+}/a", "must have parts of letters"],
  ["GET /${aws_lb.lb.arn}", "must have parts of letters"],
  ["GET /{id}/{id}", "must have each {name} once; rename one of them."],
])("the route %s is refused", (key, message) => {
  expect(text(routeErrors(["GET /other", key]))).toEqual([expect.stringContaining(`${key} (${key}) ${message}`)]);
});

test("two routes that API Gateway cannot tell apart are refused", () => {
  expect(text(routeErrors(["GET /a/{id}", "GET /a/{name}", "GET /a/{name+}", "POST /a/{id}"]))).toEqual([
    "GET /a/{name} (GET /a/{name}) must differ from GET /a/{id} in more than a name in braces; remove one.",
  ]);
});

test.each<[Partial<Cors>, string]>([
  [{ allowOrigins: [] }, "allowOrigins (none) must name an origin; add one or leave cors out."],
  [{ allowOrigins: ["https://www.example.com/"] }, "allowOrigins.0 (https://www.example.com/) must be * or a protocol"],
  [{ allowOrigins: ["ftp://example.com"] }, "allowOrigins.0 (ftp://example.com) must be * or a protocol"],
  [{ allowMethods: ["get"] }, "allowMethods.0 (get) must be * or one of GET"],
  [{ allowHeaders: ["content type"] }, "allowHeaders.0 (content type) must be the name of a header field"],
  [{ exposeHeaders: [""] }, "exposeHeaders.0 () must be the name of a header field"],
  [{ allowOrigins: ["*"], credentials: "include" }, "credentials (include) must not come with the origin *"],
  [{ maxAge: 86_401 }, "maxAge (86401) must be seconds from 0 to 86400, which is a day; correct it."],
])("the CORS %j is refused", (cors, message) => {
  const errors = text(corsErrors({ allowOrigins: ["https://www.example.com"], ...cors }));
  expect(errors).toEqual([expect.stringContaining(message)]);
});

test("what API Gateway takes as CORS is taken", () => {
  const all = { allowOrigins: ["*"], allowMethods: ["*"], allowHeaders: ["*"], exposeHeaders: ["*"], maxAge: 0 };
  expect(corsErrors(all)).toEqual([]);
  const origins = ["http://localhost:3000", "https://*", "https://shop.example.com"];
  expect(corsErrors({ allowOrigins: origins, credentials: "include", maxAge: 86_400 })).toEqual([]);
});

test("limits are those of an account, and none that refuses everybody", () => {
  expect(throttlingErrors({ burstLimit: 5000, rateLimit: 10_000 })).toEqual([]);
  expect(throttlingErrors({ burstLimit: 1, rateLimit: 0.1 })).toEqual([]);
  expect(throttlingErrors({ burstLimit: 0, rateLimit: 0 }).map(({ path }) => path)).toEqual([
    ["burstLimit"],
    ["rateLimit"],
  ]);
  expect(text(throttlingErrors({ burstLimit: 1.5, rateLimit: Number.NaN }))).toHaveLength(2);
  expect(throttlingErrors({ burstLimit: 5001, rateLimit: 10_001 })).toHaveLength(2);
});
