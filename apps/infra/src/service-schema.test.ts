import { serviceSchema } from "./service-schema.ts";

const size = { containerName: "django", cpu: 512, memory: 1024, desiredCount: 1 };
const web = { ...size, port: 8000, healthCheckPath: "/healthz" };
const worker = { ...size, command: ["celery", "-A", "shop", "worker"] };

/** What is said of each wrong field. */
function mistakes(service: object): readonly string[] {
  const { error } = serviceSchema.safeParse(service);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`);
}

test("a service has a port and a health check path, or neither", () => {
  expect(mistakes(web)).toEqual([]);
  expect(mistakes(worker)).toEqual([]);
  expect(mistakes({ ...worker, port: 8000 })).toEqual([
    "healthCheckPath must be there with port; give the path, or leave out both for a service without load balancer.",
  ]);
  expect(mistakes({ ...worker, healthCheckPath: "/" })).toEqual([
    "port must be there with healthCheckPath; give the port, or leave out both for a service without load balancer.",
  ]);
});

test.each([
  ["versionPath", "/version"],
  ["healthCheckGraceSeconds", 60],
  ["deregistrationDelaySeconds", 30],
  ["priority", 7],
  ["paths", ["/*"]],
  ["hosts", ["shop.example.com"]],
])("%s means nothing without a load balancer, and is refused there", (field, value) => {
  expect(mistakes({ ...web, [field]: value })).toEqual([]);
  expect(mistakes({ ...worker, [field]: value })).toEqual([
    `${field} must not be there without port, which is what has a load balancer; remove it, or give port.`,
  ]);
});

test("what is no load balancer's matter is given to a worker as well", () => {
  const more = { shell: true, readonlyRootFilesystem: false, logRetentionDays: 90, stopTimeoutSeconds: 120 };
  expect(serviceSchema.parse({ ...worker, ...more })).toMatchObject(more);
  expect(serviceSchema.parse(worker).shell).toBe(false);
});

const stop = "stopTimeoutSeconds must be a whole number of seconds from 2 to 120; Fargate knows no other.";
const grace = "healthCheckGraceSeconds must be a whole number of seconds from 0 to 2147483647; leave it out for 60.";
const delay = "deregistrationDelaySeconds must be a whole number of seconds from 0 to 3600; leave it out for 30.";
const host =
  "must be a host name with a dot, at most 128 characters, * and ? for any others; write for example shop.example.com.";
const aDomainName = "must be a domain name, such as example.com or www.example.com; correct it.";
const aNameAlone = "must be a name alone; remove protocol, port, path and spaces.";

test.each<[string, unknown, string | undefined]>([
  ["stopTimeoutSeconds", 2, undefined],
  ["stopTimeoutSeconds", 120, undefined],
  ["stopTimeoutSeconds", 1, stop],
  ["stopTimeoutSeconds", 121, stop],
  ["stopTimeoutSeconds", "45", stop],
  ["healthCheckGraceSeconds", 0, undefined],
  ["healthCheckGraceSeconds", 2_147_483_647, undefined],
  ["healthCheckGraceSeconds", -1, grace],
  ["healthCheckGraceSeconds", 2_147_483_648, grace],
  ["deregistrationDelaySeconds", 0, undefined],
  ["deregistrationDelaySeconds", 3600, undefined],
  ["deregistrationDelaySeconds", 3601, delay],
  ["deregistrationDelaySeconds", 1.5, delay],
  ["logRetentionDays", 3653, undefined],
  [
    "logRetentionDays",
    31,
    "logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; CloudWatch knows no other.",
  ],
  ["logRetentionDays", "30", "logRetentionDays must be a number of days; leave it out for 30."],
  ["media", "bucket", undefined],
  ["media", "disk", "media must be bucket; leave it out for no uploads."],
  ["shell", "yes", "shell must be true or false; leave it out for false."],
  [
    "shell",
    true,
    "shell must come with readonlyRootFilesystem: false, because the agent of ECS Exec writes into the container; add it, or leave shell out.",
  ],
  ["hosts", ["shop.example.com", "*.shop.example.com", "shop-?.example.com", "shop.xn--p1ai"], undefined],
  ["hosts", [], "hosts must name at least one host; leave it out for any."],
  ["hosts", "shop.example.com", 'hosts must be a list of host names; write ["shop.example.com"].'],
  ["hosts", ["localhost"], `hosts.0 ${aDomainName}`],
  ["hosts", ["shop.example.123"], `hosts.0 ${aDomainName}`],
  ["hosts", ["https://shop.example.com"], `hosts.0 ${aNameAlone}`],
  ["hosts", ["shop.example.com:8000"], `hosts.0 ${aNameAlone}`],
  ["hosts", ["shop.example.com "], `hosts.0 ${aNameAlone}`],
  ["hosts", ["Shop.example.com."], "hosts.0 must have no dot at its end; write shop.example.com."],
  ["hosts", ["shop-*.example.com:8000"], `hosts.0 ${host}`],
  ["hosts", [`${"a.".repeat(63)}com`], `hosts.0 ${host}`],
  ["hosts", ["a.io", "b.io", "c.io", "d.io", "e.io"], "hosts must be five at most together with paths; name fewer."],
])("%s of %j", (field, value, message) => {
  expect(mistakes({ ...web, [field]: value })).toEqual(message === undefined ? [] : [message]);
});

test("the bucket for uploads has one name", () => {
  const message = "must not name MEDIA_BUCKET beside media, which sets it; remove one of them.";
  const named = { ...web, environment: { MEDIA_BUCKET: "mine" } };
  expect(mistakes(named)).toEqual([]);
  expect(mistakes({ ...named, media: "bucket" })).toEqual([`environment ${message}`]);
  expect(mistakes({ ...web, media: "bucket", secrets: { MEDIA_BUCKET: "/shop/web/BUCKET" } })).toEqual([
    `secrets ${message}`,
  ]);
});

test("a check after a deployment can reach the health and version path by the service's own rule", () => {
  const api = { ...web, paths: ["/api/*", "/v?/x"], healthCheckPath: "/api/up", versionPath: "/v1/x?full" };
  expect(mistakes(api)).toEqual([]);
  expect(mistakes({ ...api, healthCheckPath: "/healthz", versionPath: "/v10/x" })).toEqual([
    "healthCheckPath must match one of paths (/api/*, /v?/x), or no request reaches it; add it there.",
    "versionPath must match one of paths (/api/*, /v?/x), or no request reaches it; add it there.",
  ]);
});
