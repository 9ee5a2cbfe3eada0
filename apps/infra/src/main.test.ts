import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { withoutMetadata } from "@slipway/testing";
import { buildSync } from "esbuild";
import { environmentKeys } from "./environments.ts";

const folder = mkdtempSync(join(tmpdir(), "synth-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The synth as `npm run synth` bundles it, with other packages in the place of some. */
function bundle(name: string, alias: Record<string, string> = {}): string {
  const outfile = join(folder, name, "dist", "synth.cjs");
  buildSync({
    absWorkingDir: join(__dirname, ".."),
    entryPoints: ["src/main.ts"],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    outfile,
    alias,
    logLevel: "error",
  });
  return outfile;
}

function run(script: string, args: readonly string[], variables: Record<string, string> = {}) {
  const cwd = join(folder, "elsewhere");
  mkdirSync(cwd, { recursive: true });
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { cwd, env: variables, encoding: "utf8" });
  return { status, stderr };
}

/** Every file below a folder with its text. */
function filesIn(root: string): Readonly<Record<string, string>> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(root, path), readFileSync(path, "utf8")]));
}

const cdktf = bundle("cdktf");

test("the same environment gives the same bytes in another folder, another process and another working directory", () => {
  expect(run(cdktf, ["production"])).toEqual({ status: 0, stderr: "" });
  expect(run(cdktf, ["production", "--outdir", "some/other"])).toEqual({ status: 0, stderr: "" });
  const first = filesIn(join(folder, "cdktf", "cdktf.out", "production"));
  const second = filesIn(join(folder, "elsewhere", "some", "other"));
  expect(Object.keys(first)).toContain(join("stacks", "service", "cdk.tf.json"));
  expect(second).toEqual(first);
  expect(JSON.stringify(first)).not.toContain(folder);
});

test("a stack that is no more does not stay behind", () => {
  const stale = join(folder, "cdktf", "cdktf.out", "production", "stacks", "gone");
  mkdirSync(stale, { recursive: true });
  run(cdktf, ["production"]);
  expect(readdirSync(join(stale, ".."))).toEqual(["network", "registry", "service"]);
});

test.each<[string, readonly string[], Record<string, string>, string]>([
  [
    "no environment",
    [],
    {},
    "environment () must be one of local, staging, production; add it to environments.ts or correct it.\n",
  ],
  [
    "an unknown argument",
    ["local", "--out", "x"],
    {},
    "arguments (--out x) must be --outdir and a folder; leave them out for cdktf.out.\n",
  ],
  [
    "an overlay in the wrong place",
    ["staging"],
    { SLIPWAY_OVERLAY: "{}" },
    "SLIPWAY_OVERLAY must not be set for staging; only local can hold another project.\n",
  ],
])("%s ends with one sentence and code 1", (_, args, variables, stderr) => {
  expect(run(cdktf, args, variables)).toEqual({ status: 1, stderr });
});

test("the maintained fork of cdktf writes the same stacks, so that moving to it is a rename", () => {
  const cdktn = bundle("cdktn", { cdktf: "cdktn", "@cdktf/provider-aws": "@cdktn/provider-aws" });
  for (const key of environmentKeys) {
    const [ours, theirs] = [cdktf, cdktn].map((script, index) => {
      const outdir = join(folder, `fork-${index}`, key);
      expect(run(script, [key, "--outdir", outdir])).toEqual({ status: 0, stderr: "" });
      return Object.entries(filesIn(join(outdir, "stacks"))).map(([path, text]) => [
        path,
        withoutMetadata(JSON.parse(text)),
      ]);
    });
    expect(theirs).toEqual(ours);
  }
});
