import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSlipwayHome } from "../home.ts";
import { type FakeHost, type FakeHostOptions, fakeHost } from "./testing/fake-host.ts";
import { ensureChromium, ensureGoTool, ensureShellcheck } from "./tools.ts";

const tool = { module: "example.com/tools/lint", version: "v1.2.3", purpose: "check things" };

function setUp(options: FakeHostOptions): { cache: string; host: FakeHost; ensure: () => Promise<string> } {
  const folder = mkdtempSync(join(tmpdir(), "go-tool-"));
  const home = readSlipwayHome(folder, { SLIPWAY_HOME: folder });
  const host = fakeHost(options);
  const { signal } = new AbortController();
  const ensure = () => ensureGoTool(tool, { home, host, log: () => {}, signal });
  return { cache: join(folder, "cache"), host, ensure };
}

const go = { go: ["/usr/bin"] };
const builds = {
  "/usr/bin/go install": ({ variables }: { variables?: Readonly<Record<string, string>> }) => {
    writeFileSync(join(variables?.GOBIN ?? "", "lint"), "");
    return {};
  },
};

test("a tool is built once and found from then on", async () => {
  const { cache, host, ensure } = setUp({ executables: go, answers: builds });
  const path = await ensure();
  expect(path).toBe(join(cache, "lint-v1.2.3/lint"));
  expect(existsSync(path)).toBe(true);
  expect(await ensure()).toBe(path);
  expect(host.commands).toEqual(["/usr/bin/go install example.com/tools/lint@v1.2.3"]);
});

test("without Go the remedy is one sentence", async () => {
  await expect(setUp({}).ensure()).rejects.toThrow(
    "go (not found) must be on PATH: lint is built with it, which is needed to check things; install Go 1.25 or newer (https://go.dev/dl), then run this again.",
  );
});

test.each([
  ["dial tcp: lookup proxy.example: no such host", /must reach its module proxy; connect to the network/],
  ["example.com/tools/lint@v1.2.3 requires go >= 1.25.0 (running go 1.19)", /must be newer; install Go 1.25/],
  ["# x\nsyntax error", /must succeed; it said: syntax error/],
])("a build that fails by %j is explained and leaves nothing behind", async (stderr, message) => {
  const { cache, ensure } = setUp({ executables: go, answers: { "/usr/bin/go install": { ok: false, stderr } } });
  await expect(ensure()).rejects.toThrow(message);
  expect(readdirSync(cache)).toEqual([]);
});

test("one that is there is used", async () => {
  const host = fakeHost({ executables: { shellcheck: ["/usr/bin"] } });
  expect(await ensureShellcheck(host)).toBe("/usr/bin/shellcheck");
  expect(host.commands).toEqual([]);
});

test("on Debian as root it is installed", async () => {
  const host = fakeHost();
  await ensureShellcheck(host);
  expect(host.commands.join("\n")).toMatch(/apt-get .* install shellcheck/);
});

test("elsewhere the command is named", async () => {
  const missing = ensureShellcheck(fakeHost({ isRoot: false }));
  await expect(missing).rejects.toThrow(
    "shellcheck must be installed; run `sudo apt-get update && sudo apt-get install",
  );
});

test("Chrome will do for Chromium, and certutil is asked for beside it", async () => {
  const chrome = { "google-chrome": ["/opt/google"] };
  const host = fakeHost({ executables: { ...chrome, certutil: ["/usr/bin"] } });
  expect(await ensureChromium(host)).toBe("/opt/google/google-chrome");
  expect(host.commands).toEqual([]);
  const without = fakeHost({ executables: chrome });
  await ensureChromium(without);
  expect(without.commands.at(-1)).toMatch(/apt-get .* install libnss3-tools$/);
});

test("a browser that is missing is installed, or the command is named", async () => {
  const host = fakeHost();
  expect(await ensureChromium(host)).toBe("chromium");
  expect(host.commands.at(-1)).toMatch(/apt-get .* install chromium libnss3-tools$/);
  await expect(ensureChromium(fakeHost({ isRoot: false }))).rejects.toThrow(
    "chromium libnss3-tools must be installed; run `sudo apt-get update && sudo apt-get install --yes chromium libnss3-tools`",
  );
});
