import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../apps/infra/src/create-app.ts";
import { environment as environmentOf } from "../../apps/infra/src/environments.ts";
import { withDomain } from "../../apps/infra/src/testing/with-domain.ts";
import { acceptedProvider } from "../../packages/plan-review/src/definition/check-definition.ts";
import {
  checkOwnStacks,
  checkStacks,
  mainEnvironment,
} from "../../packages/plan-review/src/definition/check-stacks.ts";
import { dataSources } from "../../packages/plan-review/src/definition/data-sources.ts";
import { knownFunctions, validationRecord } from "../../packages/plan-review/src/definition/expressions.ts";
import { readStacks } from "../../packages/terraform/src/read-stacks.ts";
import type { Stack } from "../../packages/terraform/src/stack.ts";
import { copyCode } from "../../packages/terraform/src/stack-code.ts";
import { filesBelow, root } from "./source-files.ts";

const goldens = join(root, "apps/infra/golden");
const environments = [...readdirSync(goldens), withDomain.key];
const goldenOf = (key: string) =>
  key === withDomain.key ? join(root, "apps/infra/src/testing/golden", key) : join(goldens, key);
const found = (key: string) => (key === withDomain.key ? withDomain : environmentOf(key));
const text = (path: string) => readFileSync(join(root, path), "utf8");

const folder = mkdtempSync(join(tmpdir(), "accepted-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The goldens of an environment, named as the artifact of a pull request names its stacks. */
function artifact(environment: string): string {
  const target = join(folder, "artifact", environment);
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(goldenOf(environment))) {
    cpSync(join(goldenOf(environment), name), join(target, name.replace(".tf.json", ".json")));
  }
  return target;
}

describe.each(environments)("%s", (environment) => {
  test("what main accepts of a pull request includes all of its stacks, unchanged to the byte", async () => {
    const main = await mainEnvironment(artifact(environment));
    const to = join(folder, "checked", environment);
    const stacks = await checkStacks({ from: join(folder, "artifact"), to, environment, main });
    expect(stacks.map((stack) => `${stack}.tf.json`)).toEqual(readdirSync(goldenOf(environment)).sort());
    for (const stack of stacks) {
      const golden = readFileSync(join(goldenOf(environment), `${stack}.tf.json`), "utf8");
      expect(`${readFileSync(join(to, "stacks", stack, "cdk.tf.json"), "utf8")}\n`).toBe(golden);
    }
  });

  test("a synth goes through the same door, with what cdktf notes beside it", async () => {
    const from = join(folder, "synth", environment);
    const outdir = join(from, environment);
    mkdirSync(outdir, { recursive: true });
    createApp(found(environment), outdir).synth();
    // A pull request brings the JSON alone, no code of functions.
    rmSync(join(outdir, "stacks/http-api/code"), { recursive: true, force: true });
    const to = join(folder, "written", environment);
    const stacks = await checkStacks({ from, to, environment, main: await mainEnvironment(outdir) });
    // All but the folder, the hash of the text included: what was applied before stays unchanged.
    const read = (where: string) => readStacks(where).map(({ folder: _, ...stack }) => stack);
    expect(read(to)).toEqual(read(outdir));
    expect(stacks).toContain("service");
  });
});

test("main's own synth brings the code of its functions through that door, and an apply takes it", async () => {
  const outdir = join(folder, "code");
  mkdirSync(outdir);
  createApp(withDomain, outdir).synth();
  const to = join(folder, "written", "code");
  await checkOwnStacks({ stacksDir: outdir, to, environment: withDomain.key });
  const api = readStacks(to).find(({ name }) => name === "http-api") as Stack;
  const working = join(folder, "working");
  mkdirSync(working);
  cpSync(join(api.folder, "cdk.tf.json"), join(working, "cdk.tf.json"));
  copyCode(api, working);
  expect(readdirSync(join(working, "code"))).toEqual(["shop-hello.zip", "shop-sums.zip"]);
});

/** Production on a network and an image repository that are there. */
const onExisting = {
  ...environmentOf("production"),
  network: {
    vpcId: "vpc-0a1b2c3d4e5f67890",
    publicSubnetIds: ["subnet-0000000a", "subnet-0000000b"],
    privateSubnetIds: ["subnet-0000000c", "subnet-0000000d"],
  },
  imageRepository: { name: environmentOf("production").name },
};

test("so does a synth on a network and an image repository that are there", async () => {
  const from = join(folder, "existing");
  const outdir = join(from, "production");
  mkdirSync(outdir, { recursive: true });
  createApp(onExisting, outdir).synth();
  const to = join(folder, "written", "existing");
  await checkStacks({ from, to, environment: "production", main: await mainEnvironment(outdir) });
  const read = (where: string) => readStacks(where).map(({ folder: _, ...stack }) => stack);
  expect(read(to)).toEqual(read(outdir));
});

test("the functions that main accepts are those that the stacks call, and no others", () => {
  const paths = environments.flatMap((environment) =>
    readdirSync(goldenOf(environment)).map((name) => join(goldenOf(environment), name)),
  );
  const existing = join(folder, "functions");
  mkdirSync(existing);
  createApp(onExisting, existing).synth();
  for (const stack of readdirSync(join(existing, "stacks"))) paths.push(join(existing, "stacks", stack, "cdk.tf.json"));
  // One expression is accepted whole, with its own function.
  const without = (json: string) =>
    json.replaceAll('\\"', '"').replaceAll(new RegExp(validationRecord.source, "g"), "");
  const called = paths.flatMap((path) =>
    [...without(readFileSync(path, "utf8")).matchAll(/\$\{[^}]*/g)].flatMap(([each]) =>
      [...each.matchAll(/(\w+)\(/g)].map(([, name]) => name),
    ),
  );
  expect([...new Set(called)].sort()).toEqual([...knownFunctions].sort());
});

test("every data source that a construct makes is one that main accepts", () => {
  const made = ["packages", "apps/infra/src"]
    .flatMap((where) => filesBelow(where, /\.ts$/))
    .flatMap((path) => [...text(path).matchAll(/@cdktf\/provider-aws\/lib\/data-(aws-[\w-]+)"/g)])
    .map(([, name = ""]) => name.replaceAll("-", "_"));
  expect(made).toContain("aws_iam_openid_connect_provider");
  expect(made.filter((name) => !Object.hasOwn(dataSources, name))).toEqual([]);
});

test("main accepts the provider versions that an environment may name", () => {
  expect(text("apps/infra/src/environment-schema.ts")).toContain(`/${acceptedProvider.source}/`);
});

test("the docs name the functions and the data sources that main accepts", () => {
  const page = text("docs/reviewed-plan.md");
  const [section = ""] = /^## What main accepts of a pull request's JSON$[\s\S]*?(?=^## )/m.exec(page) ?? [];
  const names = [...knownFunctions, "terraform_remote_state", ...Object.keys(dataSources)];
  expect(names.filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
});

test("no workflow lets an apply take stacks that were not checked", () => {
  const workflows = filesBelow(".github/workflows", /\.yml$/);
  expect(workflows).not.toEqual([]);
  expect(workflows.filter((path) => text(path).includes("unchecked-stacks"))).toEqual([]);
});
