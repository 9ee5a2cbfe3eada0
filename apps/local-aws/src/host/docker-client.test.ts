import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Builder, type DockerBuild, dockerBuild } from "./docker-client.ts";
import { type FakeHostOptions, fakeHost } from "./testing/fake-host.ts";

let context = "";
beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), "build-"));
  writeFileSync(join(context, "Dockerfile"), "FROM python:3.13\n");
});
afterEach(() => rmSync(context, { recursive: true }));

const builtIn: Builder = { path: "docker", kind: "built-in", variables: { DOCKER_BUILDKIT: "1" } };

async function build(options: FakeHostOptions, request: Partial<DockerBuild> = {}, builder = builtIn) {
  const host = fakeHost(options);
  const attempt = (args: readonly string[]) => host.run("docker", args);
  await dockerBuild({ context, tag: "web:1", ...request }, { builder, attempt, host });
  return host.commands.find((line) => line.startsWith("docker build ")) ?? "";
}

test("arguments, labels, stage and platform reach the builder", async () => {
  const command = await build(
    {},
    { buildArgs: { GIT_COMMIT: "abc" }, labels: { a: "b" }, target: "app", platform: "linux/arm64" },
  );
  expect(command).toBe(
    `docker build --file ${context}/Dockerfile --tag web:1 --progress plain --target app --platform linux/arm64 --build-arg GIT_COMMIT=abc --label a=b ${context}`,
  );
});

test("a builder of its own would not load the image: buildx is asked to", async () => {
  expect(await build({}, {}, { ...builtIn, kind: "buildx" })).toContain(" --load ");
});

test("a proxy reaches the build, one on this machine's loopback does not", async () => {
  const variables = { HTTPS_PROXY: "http://proxy.example.com:3128", HTTP_PROXY: "http://127.0.0.1:3128" };
  const command = await build({ variables });
  expect(command).toContain("--build-arg HTTPS_PROXY=http://proxy.example.com:3128");
  expect(command).not.toContain("127.0.0.1");
});

test("a missing Dockerfile is one sentence", async () => {
  rmSync(join(context, "Dockerfile"));
  await expect(build({})).rejects.toThrow(
    `Dockerfile (${context}/Dockerfile) must exist; add one that starts the app, or name its folder.`,
  );
});

test("a syntax line whose image cannot be had is left out, with the ignore file beside", async () => {
  writeFileSync(join(context, "Dockerfile"), "# syntax=docker/dockerfile:1\nFROM python:3.13\n");
  writeFileSync(join(context, "Dockerfile.dockerignore"), "*.env\n");
  let seen = ["", ""];
  const read = () => {
    const file = / --file (\S+)/.exec(host.commands.at(-1) ?? "")?.[1] ?? "";
    seen = [readFileSync(file, "utf8"), readFileSync(`${file}.dockerignore`, "utf8")];
    return {};
  };
  const host = fakeHost({
    answers: { "docker image inspect": { ok: false }, "docker pull": { ok: false }, "docker build": read },
  });
  const attempt = (args: readonly string[]) => host.run("docker", args);
  await dockerBuild({ context, tag: "web:1" }, { builder: builtIn, attempt, host });
  expect(seen).toEqual(["#\nFROM python:3.13\n", "*.env\n"]);
  expect(existsSync(/ --file (\S+)/.exec(host.commands.at(-1) ?? "")?.[1] ?? "")).toBe(false);
});

test("a syntax line whose image is here stays", async () => {
  writeFileSync(join(context, "Dockerfile"), "# syntax=docker/dockerfile:1\nFROM python:3.13\n");
  expect(await build({})).toContain(` --file ${context}/Dockerfile `);
});

test("a failed build says what its step said, and keeps all of it in the log", async () => {
  const stderr =
    "#9 2.1 ERROR: No matching distribution found for djangoo==5\n#9 ERROR: executor failed running [/bin/sh -c pip install]: exit code: 1\n";
  const logPath = join(context, "logs/build.log");
  await expect(build({ answers: { "docker build": { ok: false, stderr } } }, { logPath })).rejects.toThrow(
    `docker build (${context}/Dockerfile) must succeed; it said: ERROR: No matching distribution found for djangoo==5`,
  );
  expect(readFileSync(logPath, "utf8")).toContain("executor failed");
});
