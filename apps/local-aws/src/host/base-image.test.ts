import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBaseImages, readBaseImages } from "./base-image.ts";
import { dockerClient } from "./docker-client.ts";
import { ownPlatform } from "./dockerfile-bases.ts";
import { type FakeHostOptions, fakeHost } from "./testing/fake-host.ts";

let homeFolder = "";
beforeEach(() => {
  homeFolder = mkdtempSync(join(tmpdir(), "base-"));
});
afterEach(() => rmSync(homeFolder, { recursive: true }));

const absent = { ok: false, stderr: "Error: No such image" };
const unreachable = {
  ok: false,
  stderr: 'Error response from daemon: Get "https://registry-1.docker.io/v2/": no such host\n',
};
const inspect = "/usr/bin/docker image inspect";

/** What `docker image inspect` says of an image with this label. */
const present = (label: string) => ({ stdout: `${ownPlatform} ${label}\n` });

async function ensure(from: string, answers: FakeHostOptions["answers"], options: FakeHostOptions = {}) {
  const dockerfile = join(homeFolder, "Dockerfile");
  writeFileSync(dockerfile, from.includes("\n") ? from : `FROM ${from}\n`);
  const makeArchive = () => {
    const path = host.commands.at(-1)?.split(" ").at(-1) ?? "";
    writeFileSync(path, "");
    return {};
  };
  const host = fakeHost({
    executables: { docker: ["/usr/bin"], mmdebstrap: ["/usr/bin"] },
    ...options,
    answers: { mmdebstrap: makeArchive, ...answers },
  });
  const docker = await dockerClient(host);
  const warnings = await ensureBaseImages(dockerfile, docker, homeFolder, { host });
  return {
    warnings,
    commands: host.commands.filter((line) => /docker (pull|import|tag)|mmdebstrap|apt-get/.test(line)),
  };
}

test("an image that is here is neither pulled nor replaced", async () => {
  const { warnings, commands } = await ensure("python:3.12-slim", { [inspect]: present("<no value>") });
  expect({ warnings, commands }).toEqual({ warnings: [], commands: [] });
});

test("an image that is not here is pulled where a registry answers", async () => {
  const { warnings, commands } = await ensure("node:22", { [inspect]: absent });
  expect({ warnings, commands }).toEqual({ warnings: [], commands: ["/usr/bin/docker pull --quiet node:22"] });
});

test("an official Python image that cannot be pulled is made from Debian's packages under its name", async () => {
  const { warnings, commands } = await ensure("python:3.13-slim-trixie", {
    [inspect]: absent,
    "/usr/bin/docker pull": unreachable,
  });
  expect(warnings).toEqual([]);
  expect(commands[1]).toMatch(/^mmdebstrap .*--include=python3,python3-venv,.* trixie \S+$/);
  expect(commands[2]).toMatch(
    /^\/usr\/bin\/docker import .*LABEL slipway\.stand-in=\w{12} \S+\.tar python:3\.13-slim-trixie$/,
  );
});

test("the archive is made once and imported again after that", async () => {
  const answers = { [inspect]: absent, "/usr/bin/docker pull": unreachable };
  await ensure("python:3.13-slim", answers);
  const { commands } = await ensure("python:3.13-slim-trixie", answers);
  expect(commands.filter((line) => line.startsWith("mmdebstrap"))).toEqual([]);
  expect(commands).toContainEqual(expect.stringMatching(/docker import /));
});

test("another Python than asked for is one line, also when the fallback image was there already", async () => {
  const warning = "python:3.12-slim cannot be pulled here: its fallback image has Python 3.13, not 3.12.";
  const first = await ensure("python:3.12-slim", { [inspect]: absent, "/usr/bin/docker pull": unreachable });
  expect(first.warnings).toEqual([warning]);
  const key = /stand-in=(\w+)/.exec(first.commands.join("\n"))?.[1];
  const second = await ensure("python:3.12-slim", { [inspect]: present(`${key}`) });
  expect(second).toEqual({ warnings: [warning], commands: [] });
});

test("a fallback image made by an older recipe is made anew", async () => {
  const { commands } = await ensure("python:3.13-slim", { [inspect]: present("0123456789ab") });
  expect(commands).toContainEqual(expect.stringMatching(/docker import .* python:3\.13-slim$/));
});

test("mmdebstrap is installed when it is missing", async () => {
  const answers = { [inspect]: absent, "/usr/bin/docker pull": unreachable };
  const { commands } = await ensure("python:3.13-slim", answers, { executables: { docker: ["/usr/bin"] } });
  expect(commands).toContainEqual(expect.stringMatching(/^apt-get .* install mmdebstrap debian-archive-keyring$/));
});

test.each(["node:22-alpine", "python:3.12-alpine"])("another image that cannot be had is named: %s", async (image) => {
  await expect(ensure(image, { [inspect]: absent, "/usr/bin/docker pull": unreachable })).rejects.toThrow(
    `Dockerfile must be pullable, and ${image} (line 1; docker said: Get "https://registry-1.docker.io/v2/": no such host) is not; connect to its registry, or start from an official Debian-based python image without a digest, for which a fallback image can be made.`,
  );
});

test("where Debian's tools are missing, an official Python image is named as well", async () => {
  const options = { isDebian: false, executables: { docker: ["/usr/bin"] } };
  await expect(
    ensure("python:3.12", { [inspect]: absent, "/usr/bin/docker pull": unreachable }, options),
  ).rejects.toThrow(/and python:3\.12 \(line 1; .*\) is not; connect to its registry \(on Debian and Ubuntu/);
});

test("a name that its registry does not know is not hidden by a fallback image", async () => {
  const stderr = "Error response from daemon: manifest for python:3.99 not found: manifest unknown: manifest unknown\n";
  await expect(
    ensure("python:3.99", { [inspect]: absent, "/usr/bin/docker pull": { ok: false, stderr } }),
  ).rejects.toThrow(
    "and python:3.99 (line 1; its registry said: manifest for python:3.99 not found: manifest unknown: manifest unknown) is not; correct the name in the Dockerfile.",
  );
});

const stages = [
  "ARG NODE=22",
  "FROM node:$NODE-alpine AS assets",
  "FROM python:3.99 AS packages",
  "FROM python:3.13-slim",
  "COPY --from=assets / /",
  "COPY --from=packages / /",
  "COPY --from=ghost/uv:1 /uv /bin/",
].join("\n");

test("all that cannot be had is one sentence with lines, and nothing is made before it", async () => {
  const unknown = { ok: false, stderr: "manifest for python:3.99 not found: manifest unknown" };
  const answers = {
    [inspect]: absent,
    "/usr/bin/docker pull": unreachable,
    "/usr/bin/docker pull --quiet python:3.99": unknown,
  };
  const commands: string[] = [];
  await expect(ensure(stages, { ...answers, mmdebstrap: () => ({ ok: commands.push("made") < 0 }) })).rejects.toThrow(
    /and node:22-alpine \(line 2; docker said: [^)]+\), python:3\.99 \(line 3; its registry said: [^)]+\), ghost\/uv:1 \(line 7; [^)]+\) are not; connect to .*; correct the name in the Dockerfile\.$/,
  );
  expect(commands).toEqual([]);
});

test("an image for another platform than the wanted one does not count as here", async () => {
  const other = ownPlatform === "linux/arm64" ? "linux/amd64" : "linux/arm64";
  const dockerfile = join(homeFolder, "Dockerfile");
  writeFileSync(dockerfile, "FROM python:3.13\n");
  const host = fakeHost({
    executables: { docker: ["/usr/bin"], mmdebstrap: ["/usr/bin"] },
    answers: { [inspect]: present("<no value>"), "/usr/bin/docker pull": unreachable },
  });
  const docker = await dockerClient(host);
  await expect(ensureBaseImages(dockerfile, docker, homeFolder, { host, platform: other })).rejects.toThrow(
    `python:3.13 (line 1; docker said: Get "https://registry-1.docker.io/v2/": no such host) is not; connect to its registry (on Debian and Ubuntu a fallback image would be made, but only for ${ownPlatform}).`,
  );
  expect(host.commands).toContain(`/usr/bin/docker pull --quiet --platform ${other} python:3.13`);
});

test("a target that the Dockerfile does not have is named with those that it has", () => {
  const dockerfile = join(homeFolder, "Dockerfile");
  writeFileSync(dockerfile, stages);
  expect(() => readBaseImages(dockerfile, { target: "production" })).toThrow(
    `target (production) must be a stage of ${dockerfile}; it has assets, packages.`,
  );
  expect(readBaseImages(dockerfile, { target: "Assets" })).toEqual([{ image: "node:22-alpine", lines: [2] }]);
});

test("a base without a name is one sentence", async () => {
  await expect(ensure("$IMAGE", {})).rejects.toThrow(
    /^FROM \(.*Dockerfile, line 1\) must name an image; give its ARG a default/,
  );
});

test("a tree that could not be made leaves nothing behind and says why", async () => {
  const failing = { ok: false, stderr: "I: automatically chosen mode: root\nE: apt-get update failed\nE: other\n" };
  await expect(
    ensure("python:3.13", { [inspect]: absent, "/usr/bin/docker pull": unreachable, mmdebstrap: failing }),
  ).rejects.toThrow("mmdebstrap (Debian trixie) must succeed to make a base image; it said: apt-get update failed");
  expect(readdirSync(join(homeFolder, "cache/base-image"))).toEqual([]);
});
