import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cliConfiguration } from "./cli-configuration.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "rc-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const noMirror = () => undefined;
const mirror = () => ({ path: "/mirror", unpacked: true });
const configure = (variables: Record<string, string>, find: Parameters<typeof cliConfiguration>[1]) => {
  const { path, mirror, sharedCache } = cliConfiguration({ home, variables, awsProvider: "5.100.0" }, find);
  return { path, mirror, sharedCache, text: readFileSync(path, "utf8") };
};

test("the AWS provider comes from the mirror and everything else from the registry", () => {
  const { text, mirror: from, sharedCache } = configure({}, mirror);
  expect([from, sharedCache]).toEqual(["/mirror", false]);
  expect(text).toMatch(/filesystem_mirror \{\s+path\s+= "\/mirror"\s+include = \["hashicorp\/aws"\]/);
  expect(text).toMatch(/direct \{\s+exclude = \["hashicorp\/aws"\]/);
});

test("without a mirror it comes from the registry, unpacked once for all stacks", () => {
  const { text, mirror: from, sharedCache } = configure({}, noMirror);
  expect([from, sharedCache]).toEqual([undefined, true]);
  expect(text).toContain("direct {}");
  expect(text).toContain(`plugin_cache_dir = "${join(home, "plugin-cache")}"`);
});

test("a TF_CLI_CONFIG_FILE that names no file counts for nothing", () => {
  expect(configure({ TF_CLI_CONFIG_FILE: join(home, "missing") }, mirror).path).toBe(join(home, "terraformrc"));
});

test("the user's own provider_installation is left as it is", () => {
  const own = join(home, "own.rc");
  writeFileSync(own, "provider_installation {\n  direct {}\n}\n");
  expect(configure({ TF_CLI_CONFIG_FILE: own }, mirror)).toMatchObject({ path: own, mirror: undefined });
  expect(configure({ TF_CLI_CONFIG_FILE: own, SLIPWAY_PROVIDER_MIRROR: "/mirror" }, mirror).mirror).toBe("/mirror");
});

test("what else the user's file says stays in force", () => {
  writeFileSync(join(home, ".terraformrc"), 'credentials "example.test" {\n  token = "x"\n}\n');
  const { text } = configure({ HOME: home }, mirror);
  expect(text).toContain('credentials "example.test"');
  expect(text).toContain("filesystem_mirror");
});

test("an equal file is not written again", () => {
  const { path } = configure({}, mirror);
  const before = statSync(path, { bigint: true }).mtimeNs;
  configure({}, mirror);
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(before);
});
