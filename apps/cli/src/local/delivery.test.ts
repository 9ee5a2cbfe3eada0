import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "@slipway/infra";
import { readSlipwayHome } from "@slipway/local-aws";
import type { App } from "./app.ts";
import { overlay, projectFolder, serviceFacts, staticSite } from "./delivery.ts";

const app: App = {
  own: false,
  project: "shop",
  folder: "/x/shop",
  dockerfile: "/x/shop/Dockerfile",
  target: undefined,
  platform: "linux/amd64",
  containerName: "app",
  port: 9000,
  healthPath: "/up",
  versionPath: "",
  command: ["gunicorn", "shop.wsgi"],
  workers: [],
  buildArgs: {},
  secrets: { SECRET_KEY: "hunter2" },
  emptyVariables: ["SENTRY_DSN"],
  notes: [],
};

test("another project's overlay names its secrets and holds none of their values", () => {
  expect(JSON.parse(overlay(app) ?? "")).toEqual({
    project: "shop",
    services: {
      web: {
        containerName: "app",
        port: 9000,
        healthCheckPath: "/up",
        command: ["gunicorn", "shop.wsgi"],
        environment: { SENTRY_DSN: "" },
        secrets: { SECRET_KEY: "/shop-local/web/SECRET_KEY" },
      },
    },
  });
  expect(overlay(app)).not.toContain("hunter2");
});

test("a worker has its command, one task and all that the env file says, but no load balancer", () => {
  const workers = [
    { key: "worker", command: ["celery", "worker"] },
    { key: "beat", command: ["celery", "beat"] },
  ];
  const { services } = JSON.parse(overlay({ ...app, versionPath: "/v", workers }) ?? "");
  expect(Object.keys(services)).toEqual(["web", "worker", "beat"]);
  const { port: _port, healthCheckPath: _path, command: _command, versionPath, ...common } = services.web;
  expect(versionPath).toBe("/v");
  expect(services.beat).toEqual({ ...common, command: ["celery", "beat"], desiredCount: 1 });
});

test("static files go where the stack says, and nowhere without one", () => {
  const outputs = {
    static_bucket: "shop-static",
    static_distribution_id: "E1",
    static_url: "https://s.example.com/static/",
  };
  const site = { bucket: "shop-static", distribution: "E1", url: "https://s.example.com/static/" };
  expect(staticSite({ "static-site": outputs })).toEqual(site);
  expect(staticSite({ service: {} })).toBeUndefined();
  expect(() => staticSite({ "static-site": { ...outputs, static_bucket: "" } })).toThrow(
    "output static-site.static_bucket is missing",
  );
});

test("the own app needs none", () => {
  expect(overlay({ ...app, own: true })).toBeUndefined();
});

describe("project folder", () => {
  const app = (folder: string) => ({ own: false, project: "shop", folder }) as App;

  test("two projects whose folders have one name do not share their state", () => {
    const home = readSlipwayHome("/repo", { SLIPWAY_HOME: mkdtempSync(join(tmpdir(), "projects-")) });
    expect(projectFolder(home, app("/a/shop"))).toBe(home.path("apps", "shop"));
    expect(projectFolder(home, app("/a/shop"))).toBe(home.path("apps", "shop"));
    expect(() => projectFolder(home, app("/b/shop"))).toThrow(
      "--app (/b/shop) must not have the same short name (shop) as /a/shop; rename one of the folders",
    );
  });
});

const registry = {
  repository_name: "shop-local",
  repository_url: "000000000000.dkr.ecr.ap-northeast-2.amazonaws.com/shop-local",
};
const web = {
  cluster: "shop-local",
  service: "shop-local-web",
  container_name: "app",
  desired_count: 2,
  template_task_definition: "arn:aws:ecs:ap-northeast-2:000000000000:task-definition/shop-local-web:1",
  health_check_path: "/up",
};

const reach = (host: string) => ({ port: 4566, host });

const { health_check_path: _healthCheckPath, ...worker } = { ...web, service: "shop-local-worker" };

/** Services as the environment has them. */
const services = (json: object) => environment("local", JSON.stringify({ project: "shop", services: json })).services;
const fields = { containerName: "app", port: 9000, healthCheckPath: "/up", secrets: { KEY: "/shop-local/web/KEY" } };

test("outputs become facts, in the order of the environment", () => {
  const stacks = { registry, service: { load_balancer_dns_name: "lb.example.com", services: { web, worker } } };
  const facts = serviceFacts(stacks, services({ worker: { containerName: "app" }, web: fields }), reach);
  expect(facts.map(({ key, service }) => [key, service])).toEqual([
    ["worker", "shop-local-worker"],
    ["web", "shop-local-web"],
  ]);
  expect(facts[0]?.requests).toBeUndefined();
  expect(facts[1]).toMatchObject({
    repository: "shop-local",
    desiredCount: 2,
    requests: {
      address: { port: 4566, host: "lb.example.com" },
      hasOwnName: false,
      getsRoot: true,
      healthPath: "/up",
      versionPath: "",
    },
    secrets: { KEY: "/shop-local/web/KEY" },
  });
});

test("a service that answers to a name of its own is asked by it", () => {
  const named = { ...web, host: "api.example.com" };
  const stacks = { registry, service: { load_balancer_dns_name: "lb", services: { web: named } } };
  const hosts = { ...fields, hosts: ["api.example.com"], paths: ["/up", "/api/*"], versionPath: "/up" };
  expect(serviceFacts(stacks, services({ web: hosts }), reach)[0]?.requests).toEqual({
    ...{
      address: { port: 4566, host: "api.example.com" },
      hasOwnName: true,
      getsRoot: false,
      healthPath: "/up",
      versionPath: "/up",
    },
  });
});

test("a service that migrates says by what", () => {
  const migrating = { ...web, migrate_command: ["python", "manage.py", "migrate"] };
  const of = (outputs: object) => {
    const stacks = { registry, service: { load_balancer_dns_name: "lb", services: { web: outputs } } };
    return serviceFacts(stacks, services({ web: fields }), reach)[0]?.migrateCommand;
  };
  expect(of(migrating)).toBe('["python","manage.py","migrate"]');
  expect(of(web)).toBe("");
});

test("a missing output is named", () => {
  const { cluster: _, ...rest } = web;
  const stacks = { registry, service: { load_balancer_dns_name: "x", services: { web: rest } } };
  expect(() => serviceFacts(stacks, services({ web: fields }), reach)).toThrow(
    "output service.services.web.cluster is missing",
  );
});
