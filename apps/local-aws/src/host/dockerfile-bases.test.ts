import { dockerfileBases } from "./dockerfile-bases.ts";

const images = (text: string, options = {}) => dockerfileBases(text, options).images.map(({ image }) => image);

test("an image is found behind flags, continued lines and comments, in any case", () => {
  expect(
    images("# a comment\nfrom --platform=$BUILDPLATFORM \\\n  # between\n  python:3.12-slim \\\n as build\n"),
  ).toEqual(["python:3.12-slim"]);
});

test("a stage of the file itself is no image, whatever the case of its name", () => {
  const text =
    "FROM python:3.13 AS Build\nFROM build AS test\nFROM scratch\nCOPY --from=BUILD /a /a\nCOPY --chown=1:1 --from=0 /b /b\n";
  expect(images(text)).toEqual(["python:3.13"]);
});

test("a stage that has its image's name hides it only from the stages below", () => {
  expect(images("FROM python AS python\nFROM python\n")).toEqual(["python"]);
});

test("arguments before the first stage are filled in, given ones before defaults", () => {
  const text =
    'ARG VERSION=3.12\nARG BASE="python:${VERSION}-slim"\nFROM $BASE AS a\nFROM ${BASE} AS b\nCOPY --from=a / /\n';
  expect(images(text)).toEqual(["python:3.12-slim"]);
  expect(images(text, { buildArgs: { VERSION: "3.11" } })).toEqual(["python:3.11-slim"]);
  expect(images(text, { buildArgs: { BASE: "python:3.9" } })).toEqual(["python:3.9"]);
});

test("shell defaults in an image name are understood", () => {
  expect(images("ARG V\nFROM python:${V:-3.13}${SLIM:+-slim}\n")).toEqual(["python:3.13"]);
  expect(images("ARG SLIM=yes\nFROM python:3.13${SLIM:+-slim}\n")).toEqual(["python:3.13-slim"]);
});

test("an argument without a value leaves an empty name to complain about", () => {
  expect(images("ARG IMAGE\nFROM $IMAGE\n")).toEqual([""]);
});

test("images that are only copied or mounted from count as well", () => {
  const text =
    "FROM python:3.13\nCOPY --from=tools/uv:1 /uv /bin/\nRUN --mount=type=bind,from=assets:2,target=/a true\n";
  expect(images(text)).toEqual(["python:3.13", "tools/uv:1", "assets:2"]);
});

test("a stage that the target does not need may start from anything", () => {
  const text = "FROM node:22 AS docs\nFROM python:3.13 AS app\nFROM app AS debug\nCOPY --from=docs /d /d\n";
  expect(images(text, { target: "app" })).toEqual(["python:3.13"]);
  expect(images(text)).toEqual(["node:22", "python:3.13"]);
});

test("a builder that skips no stage needs those before the target too", () => {
  const text = "FROM node:22 AS docs\nFROM python:3.13 AS app\nFROM debian AS after\n";
  expect(images(text, { target: "app", skipsStages: false })).toEqual(["node:22", "python:3.13"]);
});

test("each image has the lines that name it, however long the instruction", () => {
  const text =
    "# a\nFROM \\\n  python:3.13 AS a\nRUN a \\\n  && b\n\nFROM python:3.13\nCOPY --from=a / /\nCOPY --from=uv:1 / /\n";
  expect(dockerfileBases(text).images).toEqual([
    { image: "python:3.13", lines: [2, 7] },
    { image: "uv:1", lines: [9] },
  ]);
});

test("stages are named as they are written", () => {
  expect(dockerfileBases("FROM a AS Build\nFROM b\nFROM c as production\n").stages).toEqual(["Build", "production"]);
});

test("an image for another architecture has its names", () => {
  const text =
    "FROM python:3.13-${TARGETARCH} AS a\nFROM --platform=$BUILDPLATFORM b:$TARGETPLATFORM\nCOPY --from=a / /\n";
  expect(images(text, { platform: "linux/arm64" })).toEqual(["python:3.13-arm64", "b:linux/arm64"]);
});

test("lines inside a here-document are not instructions", () => {
  expect(images("FROM python:3.13\nRUN <<EOF\nFROM evil\nEOF\nCOPY --from=other / /\n")).toEqual([
    "python:3.13",
    "other",
  ]);
});

test("the syntax line counts only at the top", () => {
  expect(dockerfileBases("# syntax=docker/dockerfile:1\nFROM a\n").syntax).toBe("docker/dockerfile:1");
  expect(dockerfileBases("# escape=`\n# syntax = x/y\nFROM a\n").syntax).toBe("x/y");
  expect(dockerfileBases("FROM a\n# syntax=docker/dockerfile:1\n").syntax).toBeUndefined();
});
