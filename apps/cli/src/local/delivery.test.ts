import type { App } from "./app.ts";
import { overlay } from "./overlay.ts";

const app: App = {
  own: false,
  project: "shop",
  folder: "/x/shop",
  dockerfile: "/x/shop/Dockerfile",
  containerName: "app",
  port: 9000,
  healthPath: "/up",
  command: ["gunicorn", "shop.wsgi"],
  buildArgs: {},
  secrets: { SECRET_KEY: "hunter2" },
};

test("another project's overlay names its secrets and holds none of their values", () => {
  expect(JSON.parse(overlay(app) ?? "")).toEqual({
    project: "shop",
    service: {
      containerName: "app",
      port: 9000,
      healthCheckPath: "/up",
      command: ["gunicorn", "shop.wsgi"],
      environment: {},
      secrets: { SECRET_KEY: "/shop-local/web/SECRET_KEY" },
    },
  });
  expect(overlay(app)).not.toContain("hunter2");
});

test("the own app needs none", () => {
  expect(overlay({ ...app, own: true })).toBeUndefined();
});
