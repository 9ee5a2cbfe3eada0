import { officialPython } from "./official-python.ts";

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
])("%s is no official Debian-based Python image that a stand-in could replace", (reference) => {
  expect(officialPython(reference)).toBeUndefined();
});
