import { stillThere } from "./aws-reads.ts";

const active = { running: 2, desired: 2, taskDefinition: "web:1", status: "ACTIVE" };
const services = { web: { cluster: "c", service: "c-web" }, worker: { cluster: "c", service: "c-worker" } };
const reads = (states: Record<string, typeof active | undefined>) => ({
  repositoryExists: async (name: string) => name === "app",
  vpcExists: async (id: string) => id === "vpc-1",
  zoneExists: async (domain: string) => domain === "shop.example",
  certificateExists: async (arn: string) => arn === "arn:1",
  bucketExists: async (bucket: string) => bucket === "files",
  apiExists: async (host: string) => host === "api.shop.example",
  serviceState: async (_cluster: string, service: string) => states[service],
});

test("the service stack is there when every one of its services is", async () => {
  expect(await stillThere(reads({ "c-web": active, "c-worker": active }), { name: "service" }, { services })).toBe(
    true,
  );
});

test.each([
  ["missing", undefined],
  ["INACTIVE", { ...active, status: "INACTIVE" }],
])("one service that is %s means that the stack's objects are gone", async (_word, worker) => {
  expect(await stillThere(reads({ "c-web": active, "c-worker": worker }), { name: "service" }, { services })).toBe(
    false,
  );
});

test("a service stack without services is never taken for there", async () => {
  expect(await stillThere(reads({}), { name: "service" }, {})).toBe(false);
});

test.each([
  ["registry", { repository_name: "app" }, true],
  ["registry", { repository_name: "other" }, false],
  ["network", { vpc_id: "vpc-1" }, true],
  ["network", { vpc_id: "vpc-2" }, false],
  ["dns", { name_servers: { "shop.example": [] } }, true],
  ["dns", { name_servers: { "shop.example": [], "other.example": [] } }, false],
  ["certificates", { regional_certificate_arn: "arn:1" }, true],
  ["certificates", { regional_certificate_arn: "arn:1", global_certificate_arn: "arn:2" }, false],
  ["static-site", { static_bucket: "files" }, true],
  ["media", { media_bucket: "uploads" }, false],
  ["http-api", { api_url: "https://api.shop.example" }, true],
  ["http-api", { api_url: "https://api.other.example" }, false],
])("%s with %j is there: %s", async (name, outputs, expected) => {
  expect(await stillThere(reads({}), { name }, outputs)).toBe(expected);
});
