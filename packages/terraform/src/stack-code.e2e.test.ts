import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "./engine.ts";
import { readStacks } from "./read-stacks.ts";
import { fakeTerraform } from "./testing/fake-terraform.ts";

// It starts a process per call: too slow for the unit tests.
jest.setTimeout(60_000);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "code-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const zip = "PK code";
const hash = createHash("sha256").update(zip).digest("base64");

/** An engine with the stack `api`, whose functions are these; `write` puts a file beside its JSON. */
function api(functions: Readonly<Record<string, object>>) {
  const terraform = fakeTerraform(root);
  terraform.write({ api: { outputs: { url: "https://api.example.com" } } });
  const folder = join(terraform.outdir, "stacks/api");
  const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  json.resource.aws_lambda_function = functions;
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
  const stacks = readStacks(terraform.outdir);
  writeFileSync(join(root, "rc"), "");
  const engine = createEngine({
    folder: join(root, "work"),
    stacks,
    terraform: { path: terraform.path, version: "1.11.4" },
    cliConfiguration: { path: join(root, "rc"), mirror: undefined, sharedCache: false },
    variables: terraform.variables,
    importFinder: async () => ({}),
  });
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, "code"), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const [stack] = stacks;
  if (stack === undefined) throw new Error("no stack");
  return { engine, stack, write, terraform, at: (path: string) => join(root, "work/stacks/api", path) };
}

const hello = { filename: "code/hello.zip", source_code_hash: hash };

test("a plan needs no code, an apply takes what lies beside the JSON", async () => {
  const { engine, stack, write, at } = api({ hello });
  const plan = await engine.plan(stack);
  expect(existsSync(at("code"))).toBe(false);
  write("code/hello.zip", zip);
  await engine.apply(plan);
  expect(readFileSync(at("code/hello.zip"), "utf8")).toBe(zip);
});

test("code that is missing is not applied, and the stack stays as it was", async () => {
  const { engine, stack, terraform, at } = api({ hello });
  const plan = await engine.plan(stack);
  terraform.calls();
  await expect(engine.apply(plan)).rejects.toThrow("must lie beside the stack's JSON");
  expect(terraform.calls()).toEqual([]);
  expect(existsSync(at("code"))).toBe(false);
  expect(await engine.difference(stack, "one")).toBe("never applied");
});
