import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectName, readApp } from "./app.ts";
import type { StartOptions } from "./app-options.ts";

const folder = mkdtempSync(join(tmpdir(), "app-"));
mkdirSync(join(folder, "Shop_2024"));
mkdirSync(join(folder, "empty"));
writeFileSync(join(folder, "Shop_2024/Dockerfile"), "FROM python:3.13-slim AS base\nFROM base AS production\n");
writeFileSync(join(folder, "taken.env"), "IMAGE_DIGEST=\n");
writeFileSync(join(folder, "good.env"), 'SECRET_KEY="a # b"\n# comment\nexport DEBUG=0\nDSN=\n');

const own = {
  project: "this-is-project",
  containerName: "django_test",
  port: 8000,
  healthPath: "/healthz",
  versionPath: "/version",
  folder: "/repo/shop",
  dockerfile: "/repo/docker/Dockerfile",
  target: undefined,
  platform: "linux/amd64",
  buildArgs: { COMMIT: "abc", EDITION: "full" },
};
const read = (options: Partial<StartOptions>) =>
  readApp({ root: "/repo", cwd: folder, options: { buildArg: [], ...options }, own });

test("without --app it is the own app, built as environments.ts says", () => {
  expect(read({ buildArg: ["EDITION=small"] })).toMatchObject({
    own: true,
    project: "this-is-project",
    port: 8000,
    versionPath: "/version",
    folder: "/repo/shop",
    dockerfile: "/repo/docker/Dockerfile",
    buildArgs: { COMMIT: "abc", EDITION: "small" },
  });
});

test("another project is named after its folder and keeps all that was asked for", () => {
  const options = { app: "Shop_2024", port: "9000", healthPath: "/up", command: "gunicorn 'my app' -b :9000" };
  expect(read({ ...options, envFile: "good.env", buildArg: ["A=1", "B=x=y"] })).toMatchObject({
    own: false,
    project: "shop-2024",
    port: 9000,
    healthPath: "/up",
    versionPath: "",
    command: ["gunicorn", "my app", "-b", ":9000"],
    buildArgs: { A: "1", B: "x=y" },
    secrets: { SECRET_KEY: "a # b", DEBUG: "0" },
    emptyVariables: ["DSN"],
  });
});

test("another project may have a version path", () => {
  expect(read({ app: "Shop_2024", versionPath: "/v" }).versionPath).toBe("/v");
});

test.each([
  [{ app: "nowhere" }, "--app (nowhere) must be a folder"],
  [{ app: "empty" }, "--app (empty) must hold a Dockerfile"],
  [{ app: "Shop_2024", port: "80a" }, "--port (80a) must be a number from 1 to 65535"],
  [{ app: "Shop_2024", port: "70000" }, "--port (70000) must be a number from 1 to 65535"],
  [{ app: "Shop_2024", healthPath: "up" }, "--health-path (up) must begin with /"],
  [{ app: "Shop_2024", versionPath: "v" }, "--version-path (v) must begin with / and hold no spaces"],
  [{ app: "Shop_2024", containerName: "a b" }, "--container-name (a b) must be letters"],
  [{ app: "Shop_2024", command: "" }, "--command () must not be empty"],
  [{ app: "Shop_2024", buildArg: ["A"] }, "--build-arg (A) must be NAME=value"],
  [{ app: "Shop_2024", envFile: "none.env" }, "--env-file (none.env) must be a file that can be read"],
  [{ app: "Shop_2024", envFile: "taken.env" }, "--env-file (taken.env) must not set IMAGE_DIGEST"],
  [{ app: "Shop_2024", target: "tests" }, "Dockerfile; it has base, production."],
  [{ dockerfile: "Dockerfile" }, "--dockerfile (Dockerfile) must come with --app DIR"],
  [{ port: "9000" }, "--port (9000) must come with --app DIR"],
  [{ versionPath: "/version" }, "--version-path (/version) must come with --app DIR"],
  [{ healthPath: "/up" }, "--health-path (/up) must come with --app DIR"],
])("%j is refused with what it must be", (options, sentence) => {
  expect(() => read(options)).toThrow(sentence);
});

test.each([
  ["/x/My Shop", "my-shop"],
  ["/x/2024", "app-2024"],
  ["/x/this-is-project", "this-is-proj-app"],
  ["/x/a-very-long-project-name", "a-very-long-proj"],
])("folder %s becomes project %s", (path, name) => {
  expect(projectName(path, "this-is-project")).toBe(name);
});
