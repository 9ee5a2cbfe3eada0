import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPlatform, contentHash, portRemark } from "./image.ts";

describe("what EXPOSE says of the port", () => {
  const other = { own: false, port: 8000 };

  test("another port is a warning with the right option", () => {
    expect(portRemark({ "9000/tcp": {}, "9001/tcp": {} }, other)).toBe(
      "⚠ the Dockerfile exposes 9000, 9001, and 8000 is asked: --port 9000 changes that",
    );
    expect(portRemark({ "9000/tcp": {} }, { ...other, own: true })).toContain("apps/infra/src/environments.ts");
  });

  test.each([[{}], [null]])("%j is a note", (exposed) => {
    expect(portRemark(exposed, other)).toBe("the Dockerfile exposes no port: 8000 is asked");
  });

  test("the port itself needs no word", () => {
    expect(portRemark({ "8000/tcp": {}, "9000/tcp": {} }, other)).toBeUndefined();
  });
});

test("an image for another platform than the service's is refused with both names", () => {
  const image = { Os: "linux", Architecture: "amd64" };
  expect(() => checkPlatform(image, "shop:1", { platform: "linux/arm64" })).toThrow(
    "image (shop:1) must be for linux/arm64, which the service's architecture asks for, not for linux/amd64; take `--platform` out of its FROM",
  );
  expect(() => checkPlatform(image, "shop:1", { platform: "linux/amd64" })).not.toThrow();
});

describe("content hash", () => {
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

  test("the stage and the platform change the hash", () => {
    const request = { context, dockerfile: join(context, "Dockerfile"), buildArgs: {} };
    const hashes = [{}, { target: "a" }, { target: "b" }, { platform: "linux/arm64" }].map((given) =>
      contentHash({ ...request, ...given }),
    );
    expect(new Set(hashes).size).toBe(4);
  });

  test("the ignore file beside the Dockerfile counts instead of the context's", () => {
    writeFileSync(join(context, "Dockerfile.dockerignore"), "app\n");
    const before = hash();
    writeFileSync(join(context, "app/views.py"), "x = 3");
    expect(hash()).toBe(before);
    writeFileSync(join(context, "notes.txt"), "");
    expect(hash()).not.toBe(before);
  });

  test("a build argument changes the hash, their order does not", () => {
    expect(hash({ a: "1" })).not.toBe(hash({ a: "2" }));
    expect(hash({ a: "1", b: "2" })).toBe(hash({ b: "2", a: "1" }));
  });
});
