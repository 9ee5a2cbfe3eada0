import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentHash } from "./content-hash.ts";

let context: string;
const hash = (buildArgs = {}) => contentHash({ context, dockerfile: join(context, "Dockerfile"), buildArgs });

beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), "context-"));
  writeFileSync(join(context, "Dockerfile"), "FROM python:3.13-slim");
  writeFileSync(join(context, ".dockerignore"), "*\n!app\n**/*.pyc\n");
  mkdirSync(join(context, "app"));
  writeFileSync(join(context, "app/views.py"), "x = 1");
});

test("the same content has the same hash", () => {
  expect(hash()).toBe(hash());
  expect(hash()).toMatch(/^[0-9a-f]{16}$/);
});

test.each([
  ["a file that the build sees", () => writeFileSync(join(context, "app/views.py"), "x = 2")],
  ["a new file", () => writeFileSync(join(context, "app/urls.py"), "")],
  ["the Dockerfile", () => writeFileSync(join(context, "Dockerfile"), "FROM python:3.12-slim")],
  ["the executable bit", () => chmodSync(join(context, "app/views.py"), 0o755)],
])("%s changes the hash", (_what, change) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});

test("files that .dockerignore leaves out do not change the hash", () => {
  const before = hash();
  writeFileSync(join(context, "notes.txt"), "");
  writeFileSync(join(context, "app/views.pyc"), "");
  expect(hash()).toBe(before);
});

test("a build argument changes the hash, their order does not", () => {
  expect(hash({ a: "1" })).not.toBe(hash({ a: "2" }));
  expect(hash({ a: "1", b: "2" })).toBe(hash({ b: "2", a: "1" }));
});
