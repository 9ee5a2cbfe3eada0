import { checkEnvironments } from "../check-environments.ts";
import type { Environment, EnvironmentInput } from "../environment.ts";

const size = { cpu: 512, memory: 1024, desiredCount: 1 };

/** For tests: an environment whose app, static files and API have names of their own, in two zones of which one is made here. */
export const inputWithDomain = {
  project: "shop",
  name: "shop",
  account: "333333333333",
  region: "eu-west-1",
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  cidrBlock: "10.3.0.0/16",
  natGateways: "single",
  registry: "with-domain",
  stateBucket: "shop-terraform-state",
  github: { owner: "acme", name: "shop", ownerId: "1", id: "2" },
  awsProvider: "5.100.0",
  protection: "full",
  app: { folder: "apps/web" },
  services: {
    web: {
      ...size,
      containerName: "django",
      port: 8000,
      healthCheckPath: "/healthz",
      hosts: ["example.com", "www.example.com", "example.org"],
      environment: { ALLOWED_HOSTS: "{load-balancer},{hosts}", STATIC_URL: "{static-site}" },
    },
    tenants: {
      ...size,
      containerName: "django",
      port: 8000,
      healthCheckPath: "/healthz",
      hosts: ["*.shops.example.com"],
      priority: 200,
    },
    worker: { ...size, containerName: "django", command: ["celery", "-A", "shop", "worker"], media: "bucket" },
  },
  domain: {
    zones: {
      "example.com": {
        source: "create",
        delegations: {
          "staging.example.com": [
            "ns-1.awsdns-01.org",
            "ns-2.awsdns-02.com",
            "ns-3.awsdns-03.net",
            "ns-4.awsdns-04.co.uk",
          ],
        },
      },
      "shops.example.com": { source: "create" },
      "example.org": { source: "look-up" },
    },
    static: "static.example.com",
    api: "api.example.com",
  },
  api: {
    routes: { "GET /hello/{name}": "hello", "POST /sums": "sums" },
    functions: {
      hello: { runtime: "python3.13", handler: "main.handler", folder: "apps/api/hello" },
      sums: { runtime: "nodejs22.x", handler: "index.handler", folder: "apps/api/sums" },
    },
    cors: { allowOrigins: ["https://www.example.com"], allowMethods: ["POST"], allowHeaders: ["content-type"] },
  },
} satisfies EnvironmentInput;

/** What is made of it, without an API where its domain names none. */
export function named<T extends object>(input: T) {
  const { domain } = input as { readonly domain?: { readonly api?: string } };
  return domain?.api === undefined ? { ...input, api: undefined } : input;
}

/** The same, checked. */
export const withDomain = checkEnvironments({ "with-domain": inputWithDomain }).get("with-domain") as Environment;
