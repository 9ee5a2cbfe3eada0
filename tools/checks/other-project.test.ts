import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Environment } from "@slipway/infra";
import { changes } from "../../apps/cli/src/scenarios/changes.ts";
import { type OtherApp, withProject } from "../../apps/cli/src/scenarios/other-project.ts";
import { checkEnvironments } from "../../apps/infra/src/check-environments.ts";

const text = readFileSync(join(__dirname, "../../apps/infra/src/environments.ts"), "utf8");
const shop: OtherApp = {
  project: "shop",
  folder: "/home/mona/shop",
  dockerfile: "/home/mona/shop/docker/production.Dockerfile",
  target: "production",
  containerName: "app",
  port: 9000,
  healthPath: "/-/ready",
  versionPath: "",
  command: ["gunicorn", 'name="x"'],
  workers: [{ key: "beat-1", command: ["celery", "beat"] }],
  buildArgs: { RELEASE: "1" },
  secrets: { SECRET_KEY: "Heron-4", DATABASE_URL: "postgres://app:Heron-5@db/app" },
  emptyVariables: ["PREFIX"],
};

/** The environments of an `environments.ts`, as it is loaded. */
function load(source: string): (key: string) => Environment {
  const { transformSync } = createRequire(join(__dirname, "../../apps/cli/package.json"))("esbuild");
  const { code } = transformSync(source, { loader: "ts", format: "cjs" });
  const module = { exports: {} as { environment: (key: string) => Environment } };
  new Function("module", "require", code)(module, () => ({ checkEnvironments, overlay: () => undefined }));
  return module.exports.environment;
}

test("environments.ts for another project is valid and says what --app was told", () => {
  const environment = load(withProject(text, shop, "shop"));
  expect(environment("staging")).toMatchObject({
    name: "shop-staging",
    github: { owner: "octo-org", name: "shop", ownerId: "3333", id: "4444" },
    account: "333333333333",
    stateBucket: "shop-terraform-state-333333333333",
    registry: "production",
    app: {
      folder: "shop",
      dockerfile: "docker/production.Dockerfile",
      target: "production",
      buildArgs: { RELEASE: "1" },
    },
  });
  expect(environment("staging").testCommand).toBeUndefined();
  const { web } = environment("production").services;
  expect(web).toMatchObject({
    containerName: "app",
    port: 9000,
    healthCheckPath: "/-/ready",
    command: ["gunicorn", 'name="x"'],
    environment: { PREFIX: "" },
    secrets: { SECRET_KEY: "/shop/web/SECRET_KEY", DATABASE_URL: "/shop/web/DATABASE_URL" },
  });
  expect(web?.versionPath).toBeUndefined();
  const { "beat-1": beat } = environment("staging").services;
  expect(beat).toMatchObject({
    containerName: "app",
    command: ["celery", "beat"],
    desiredCount: 1,
    secrets: { SECRET_KEY: "/shop-staging/web/SECRET_KEY" },
  });
  expect([beat?.port, beat?.healthCheckPath]).toEqual([undefined, undefined]);
});

test("no value of the env file is in it", () => {
  expect(withProject(text, shop, "shop")).not.toMatch(/Heron/);
});

test("a project with nothing but a Dockerfile needs no more than its folder", () => {
  const bare: OtherApp = {
    ...shop,
    dockerfile: "/home/mona/shop/Dockerfile",
    target: undefined,
    command: undefined,
    workers: [],
    buildArgs: {},
    secrets: {},
    emptyVariables: [],
    versionPath: "/version",
  };
  const environment = load(withProject(text, bare, "shop"));
  expect(environment("staging").app).toEqual({ folder: "shop", dockerfile: "Dockerfile", context: ".", buildArgs: {} });
  expect(environment("staging").services.web).toMatchObject({ versionPath: "/version", environment: {}, secrets: {} });
});

test("the pull request of the scenario applies to it as to ours", () => {
  const wrong = changes.memoryAndPort.rewrite(withProject(text, shop, "shop"));
  const environment = load(wrong);
  expect(environment("staging").services.web).toMatchObject({ port: 80, memory: 2048 });
  expect(environment("production").services.web).toMatchObject({ port: 9000, memory: 2048 });
  expect(load(changes.portAsItWas.rewrite(wrong))("staging").services.web?.port).toBe(9000);
});
