import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { officialPython, pipSettings } from "./python.ts";

test.each([
  ["python:3.13-slim-trixie", "3.13", true, "trixie", "3.13"],
  ["python:3.12-slim", "3.12", true, "trixie", "3.13"],
  ["python:3.12.4-slim-bookworm", "3.12", true, "trixie", "3.13"],
  ["python:3.11", "3.11", false, "bookworm", "3.11"],
  ["docker.io/library/python:3.10-bookworm", "3.10", false, "bookworm", "3.11"],
  ["public.ecr.aws/docker/library/python:3.9-slim", "3.9", true, "bullseye", "3.9"],
  ["python:3.14-slim", "3.14", true, "trixie", "3.13"],
])("%s is stood in for by the nearest Python that Debian has", (reference, minor, slim, release, releasePython) => {
  expect(officialPython(reference)).toEqual({ minor, slim, release, releasePython });
});

test.each(["python", "python:latest", "python:slim", "python:3-slim", "python:slim-bookworm"])(
  "%s names no minor version and gets the newest Python",
  (reference) => {
    expect(officialPython(reference)).toMatchObject({ minor: undefined, releasePython: "3.13" });
  },
);

test.each([
  "python:3.12-alpine",
  "python:3.12-slim-jammy-nightly",
  "python:3.12-windowsservercore",
  "python:2.7",
  "python:3.12-slim@sha256:0123",
  "ghcr.io/acme/python:3.12",
  "acme/python:3.12",
  "pypy:3.10",
  "debian:bookworm-slim",
])("%s is no official Debian-based Python image that a fallback image could replace", (reference) => {
  expect(officialPython(reference)).toBeUndefined();
});

describe("pip settings", () => {
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "pip-"));
    mkdirSync(join(home, ".config/pip"), { recursive: true });
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const read = (file: string, variables = {}) => {
    writeFileSync(join(home, ".config/pip/pip.conf"), file);
    return Object.fromEntries(pipSettings(variables, home));
  };

  test("the index of pip's file is taken over, other settings are not", () => {
    const file =
      "[global]\nindex-url = https://pip.example.com/simple\nextra-index-url =\n  https://a.example.com\n  https://b.example.com\nbreak-system-packages = true\n[list]\ntimeout = 3\n";
    expect(read(file)).toMatchObject({
      "index-url": "https://pip.example.com/simple",
      "extra-index-url": "https://a.example.com https://b.example.com",
    });
    expect(read(file)).not.toHaveProperty("break-system-packages");
    expect(read(file).timeout).not.toBe("3");
  });

  test("pip's variables win over its file", () => {
    const variables = { PIP_INDEX_URL: "https://other.example.com", PIP_DEFAULT_TIMEOUT: "180" };
    expect(read("[global]\nindex-url = https://pip.example.com/simple\n", variables)).toMatchObject({
      "index-url": "https://other.example.com",
      timeout: "180",
    });
  });

  test("an address that carries a password is left out", () => {
    expect(read("", { PIP_INDEX_URL: "https://user:secret@pip.example.com/simple" })).not.toHaveProperty("index-url");
  });
});
