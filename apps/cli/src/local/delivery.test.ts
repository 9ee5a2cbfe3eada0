import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSlipwayHome } from "@slipway/local-aws";
import type { App } from "./app.ts";
import { overlay, projectFolder, serviceFacts } from "./delivery.ts";

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
  buildArgs: {},
  secrets: { SECRET_KEY: "hunter2" },
  emptyVariables: ["SENTRY_DSN"],
  notes: [],
};

test("another project's overlay names its secrets and holds none of their values", () => {
  expect(JSON.parse(overlay(app) ?? "")).toEqual({
    project: "shop",
    service: {
      containerName: "app",
      port: 9000,
      healthCheckPath: "/up",
      command: ["gunicorn", "shop.wsgi"],
      environment: { SENTRY_DSN: "" },
      secrets: { SECRET_KEY: "/shop-local/web/SECRET_KEY" },
    },
  });
  expect(overlay(app)).not.toContain("hunter2");
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

test("outputs become facts", () => {
  const facts = serviceFacts({ registry, service: { load_balancer_dns_name: "lb.example.com", services: { web } } });
  expect(facts).toMatchObject({ repository: "shop-local", desiredCount: 2, loadBalancerHost: "lb.example.com" });
});

test("a service that migrates says by what", () => {
  const migrating = { ...web, migrate_command: ["python", "manage.py", "migrate"] };
  const facts = (services: object) => serviceFacts({ registry, service: { load_balancer_dns_name: "lb", services } });
  expect(facts({ web: migrating }).migrateCommand).toBe('["python","manage.py","migrate"]');
  expect(facts({ web }).migrateCommand).toBe("");
});

test("a missing output is named", () => {
  const { cluster: _, ...rest } = web;
  expect(() => serviceFacts({ registry, service: { load_balancer_dns_name: "x", services: { web: rest } } })).toThrow(
    "output service.services.web.cluster is missing",
  );
});
