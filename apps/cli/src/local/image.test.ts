import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPort, contentHash } from "./image.ts";

const other = { own: false, folder: "/x/shop", port: 8000 };

test("an image that exposes other ports only is refused, and the right option is named", () => {
  expect(() => checkPort({ "9000/tcp": {} }, other)).toThrow(
    "image (/x/shop) must expose port 8000, but it exposes 9000; pass --port 9000, or correct EXPOSE in its Dockerfile.",
  );
});

test("the own app's port is corrected in environments.ts", () => {
  expect(() => checkPort({ "9000/tcp": {} }, { ...other, own: true })).toThrow("apps/infra/src/environments.ts");
});

test.each([[{ "8000/tcp": {}, "9000/tcp": {} }], [{}], [null]])("%j is fine for port 8000", (exposed) => {
  expect(() => checkPort(exposed, other)).not.toThrow();
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

  test("a build argument changes the hash, their order does not", () => {
    expect(hash({ a: "1" })).not.toBe(hash({ a: "2" }));
    expect(hash({ a: "1", b: "2" })).toBe(hash({ b: "2", a: "1" }));
  });
});
