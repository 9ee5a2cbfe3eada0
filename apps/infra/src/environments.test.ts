import { environment, environmentKeys } from "./environments.ts";

test("the environments of this project are good", () => {
  expect(environmentKeys).toEqual(["local", "staging", "production"]);
  const { project } = environment("production");
  expect(environmentKeys.map((key) => environment(key).name)).toEqual([
    `${project}-local`,
    `${project}-staging`,
    project,
  ]);
});

test("an unknown environment is refused with those that exist", () => {
  expect(() => environment("prod")).toThrow(
    "environment (prod) must be one of local, staging, production; add it to environments.ts or correct it.",
  );
});

test("another project cannot be put into production", () => {
  expect(() => environment("production", "{}")).toThrow(
    "SLIPWAY_OVERLAY must not be set for production; only local can hold another project.",
  );
});

test.each([
  ["{", "SLIPWAY_OVERLAY (1 characters) must be JSON; let npm start set it."],
  ["[]", "SLIPWAY_OVERLAY must be an object with project and services; see docs/ecs-service.md."],
  ['{"project":"blog"}', "SLIPWAY_OVERLAY.services must be an object; give the services by their names."],
  [
    '{"project":"blog","services":{"web":7}}',
    "SLIPWAY_OVERLAY.services.web must be an object; give the service's fields.",
  ],
  ['{"project":"Blog","services":{}}', "local.project (Blog) must be at most 22 lower-case letters"],
  [
    '{"project":"blog","services":{"web":{"port":8000}}}',
    "local.services.web.containerName (missing) must be a name; give the container's name.",
  ],
])("the overlay %s is refused", (overlay, message) => {
  expect(() => environment("local", overlay)).toThrow(message);
});

test("an overlay keeps the sizes and takes over nothing of our app", () => {
  const service = { containerName: "app", port: 9000, healthCheckPath: "/" };
  const worker = { containerName: "app", command: ["celery", "worker"], desiredCount: 1 };
  const found = environment("local", JSON.stringify({ project: "blog", services: { web: service, worker } }));
  const { cpu, memory, desiredCount } = environment("local").services.web ?? {};
  expect(found).toMatchObject({ project: "blog", name: "blog-local", account: "000000000000" });
  expect(found.services.worker).toMatchObject({ ...worker, cpu, memory, readonlyRootFilesystem: false });
  expect(Object.keys(found.services)).toEqual(["web", "worker"]);
  expect(found.services.web).toMatchObject({ ...service, cpu, memory, desiredCount, environment: {}, secrets: {} });
});
