import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { withoutMetadata } from "@slipway/testing";
import { type BuildOptions, buildSync } from "esbuild";
import { environment, environmentKeys } from "./environments.ts";
import { stacksOf } from "./testing/stacks-of.ts";
import { withDomain } from "./testing/with-domain.ts";

// Processes are started: on a busy machine that takes its time.
jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "synth-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bundles as `npm run synth` does; `more` may name another entry or other packages in the place of some. */
function bundle(name: string, more: BuildOptions = { entryPoints: ["src/main.ts"] }): string {
  const outfile = join(folder, name, "dist", "synth.cjs");
  buildSync({
    absWorkingDir: join(__dirname, ".."),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    outfile,
    logLevel: "error",
    ...more,
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

// Code of functions is found from the repository's root, above the bundle.
const root = join(__dirname, "../../..");
for (const name of ["package-lock.json", "apps"]) symlinkSync(join(root, name), join(folder, name));

const cdktf = bundle("cdktf");

test("the same environment gives the same bytes in another folder and working directory, and beside another environment", () => {
  const outdir = join(folder, "cdktf", "cdktf.out", "production");
  // A stack that is no more must not stay behind.
  mkdirSync(join(outdir, "stacks", "gone"), { recursive: true });
  expect(run(cdktf, ["production"])).toEqual({ status: 0, stderr: "" });
  expect(run(cdktf, ["production", "--outdir", "some/other"])).toEqual({ status: 0, stderr: "" });
  const alone = filesIn(outdir);
  expect(run(cdktf, ["staging", "production"])).toEqual({ status: 0, stderr: "" });
  expect(filesIn(outdir)).toEqual(alone);
  expect(readdirSync(join(outdir, "stacks"))).toEqual(["access", "network", "registry", "service", "state"]);
  const first = filesIn(outdir);
  expect(filesIn(join(folder, "elsewhere", "some", "other"))).toEqual(first);
  expect(JSON.stringify(first)).not.toContain(folder);
});

test.each<[string, readonly string[], Record<string, string>, string]>([
  [
    "an unknown argument",
    ["local", "--out", "x"],
    {},
    "environment (--out) must be one of local, staging, production; add it to environments.ts or correct it.\n",
  ],
  [
    "a folder for two environments",
    ["staging", "production", "--outdir", "x"],
    {},
    "arguments (staging production --outdir x) must be an environment, --outdir and a folder; leave --outdir out for cdktf.out.\n",
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
  const contents = `
    import { basename } from "node:path";
    import { createApp } from "./create-app.ts";
    import { environment } from "./environments.ts";
    import { withDomain } from "./testing/with-domain.ts";
    for (const outdir of process.argv.slice(2)) {
      const key = basename(outdir);
      createApp(key === withDomain.key ? withDomain : environment(key), outdir).synth();
    }
  `;
  const cdktn = bundle("cdktn", {
    stdin: { contents, resolveDir: __dirname },
    alias: { cdktf: "cdktn", "@cdktf/provider-aws": "@cdktn/provider-aws" },
  });
  const all = [...environmentKeys.map((key) => environment(key)), withDomain];
  const outdirs = all.map(({ key }) => join(folder, "fork", key));
  for (const outdir of outdirs) mkdirSync(outdir, { recursive: true });
  expect(run(cdktn, outdirs)).toEqual({ status: 0, stderr: "" });
  for (const found of all) {
    const files = Object.entries(filesIn(join(folder, "fork", found.key, "stacks"))).filter(([path]) =>
      path.endsWith("cdk.tf.json"),
    );
    const theirs = files.map(([path, text]) => [dirname(path), withoutMetadata(JSON.parse(text))]);
    expect(theirs).toEqual(Object.entries(stacksOf(found)).map(([stack, { json }]) => [stack, json]));
  }
});
