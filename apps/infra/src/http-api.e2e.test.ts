import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { HostedZone } from "@slipway/network";
import { cliConfiguration, createEngine, type Engine, findTerraform, readStacks, type Stack } from "@slipway/terraform";
import { createImportFinder } from "@slipway/terraform/import";
import { App } from "cdktf";
import type { Environment } from "./environment.ts";
import { environment } from "./environments.ts";
import { BaseStack } from "./stacks/base-stack.ts";
import { HttpApiStack } from "./stacks/http-api-stack.ts";
import { askAtDoor, domainWithCertificate, type TestDomain } from "./testing/local-edge.ts";
import { localVariables } from "./testing/local-variables.ts";

jest.setTimeout(400_000);

const home = mkdtempSync(join(tmpdir(), "http-api-"));
const root = join(__dirname, "../../..");
const functions = join(home, "functions");
const domain = "http-api-e2e.net";
const host = `api.${domain}`;
// An account of its own, so that what is left at the end is this API's.
const local = {
  ...environment("local"),
  name: "shop",
  account: "555566669999",
  domain: { zones: { [domain]: { source: "look-up" } }, api: host },
  api: {
    routes: { "GET /hello/{name}": "hello", "POST /sums": "sums" },
    functions: {
      hello: { runtime: "python3.13", handler: "main.handler", folder: relative(root, join(functions, "hello")) },
      sums: { runtime: "nodejs22.x", handler: "index.handler", folder: relative(root, join(functions, "sums")) },
    },
    cors: { allowOrigins: [`https://www.${domain}`], allowMethods: ["GET", "POST"], allowHeaders: ["content-type"] },
    throttling: { burstLimit: 50, rateLimit: 100 },
  },
} as Environment;
const variables = localVariables(local.account, local.region);
const there = { endpoint: variables.AWS_ENDPOINT_URL ?? "", account: local.account };
let names: TestDomain;

function synthesize(): string {
  const outdir = join(home, "main");
  rmSync(join(outdir, "stacks"), { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, stackTraces: false });
  const zones = [new HostedZone(new BaseStack(app, "dns", local), "zone", { domain, source: "look-up" })];
  new HttpApiStack(app, "http-api", local, { zones, certificate: names });
  app.synth();
  return outdir;
}

interface Opened {
  readonly engine: Engine;
  readonly dns: Stack;
  readonly api: Stack;
}

/** The stacks of a folder, with an engine that has its states in another. */
async function open(outdir: string, folder = join(home, "work")): Promise<Opened> {
  const stacks = readStacks(outdir);
  const engine = createEngine({
    folder,
    stacks,
    terraform: await findTerraform(variables),
    cliConfiguration: cliConfiguration({ workFolder: home, variables, awsProvider: local.awsProvider }),
    variables: { ...variables, TF_CLI_ARGS_apply: "-parallelism=30", TF_CLI_ARGS_plan: "-parallelism=30" },
    importFinder: createImportFinder({ ...variables, AWS_REGION: local.region }),
  });
  const stack = (name: string) => stacks.find((each) => each.name === name) as Stack;
  return { engine, dns: stack("dns"), api: stack("http-api") };
}

const hello = async (name: string) => {
  const { status, body } = await askAtDoor(there, `https://${host}/hello/${name}`);
  return [status, JSON.parse(body)];
};

beforeAll(async () => {
  cpSync(join(root, "apps/api"), functions, { recursive: true });
  names = await domainWithCertificate(there, domain, local.region);
  const { engine, dns } = await open(synthesize());
  await engine.apply(await engine.plan(dns));
});

afterAll(async () => {
  const { engine, api } = await open(join(home, "main"));
  await engine.destroy(api);
  await names.remove();
  rmSync(home, { recursive: true });
});

test("the JSON of a pull request is planned without the code, and cannot be applied without it", async () => {
  const pull = join(home, "pull");
  cpSync(join(home, "main"), pull, { recursive: true, filter: (path) => !path.includes("/code") });
  const { engine, api } = await open(pull);
  const plan = await engine.plan(api);
  expect(plan.changes.filter(({ type }) => type === "aws_lambda_function")).toHaveLength(2);
  await expect(engine.apply(plan)).rejects.toThrow("must lie beside the stack's JSON");
  expect(await engine.resources(api)).toEqual([]);
});

test("main's own is applied with it, and a second plan is empty", async () => {
  const { engine, api } = await open(join(home, "main"));
  const { outputs } = await engine.apply(await engine.plan(api));
  expect(outputs).toEqual({ api_url: `https://${host}` });
  const { empty, changes } = await engine.plan(api);
  expect([empty, changes]).toEqual([true, []]);
});

test("what an apply made that lost its state is found again, policies that AWS writes over aside", async () => {
  const folder = join(home, "lost");
  cpSync(join(home, "work/state/dns.tfstate"), join(folder, "state/dns.tfstate"));
  const { engine, api } = await open(join(home, "main"), folder);
  const { imported, changes } = await engine.plan(api, { importExisting: true });
  expect(Object.keys(imported)).toHaveLength(api.resourceCount - 2);
  expect(changes.filter(({ action }) => action === "create").map(({ type }) => type)).toEqual([
    "aws_iam_role_policy",
    "aws_iam_role_policy",
  ]);
});

test("both functions answer at the API's own name over HTTPS, and it answers nothing else", async () => {
  expect(await hello("Grace")).toEqual([200, { hello: "Grace" }]);
  const sums = await askAtDoor(there, `https://${host}/sums`, "POST");
  expect([sums.status, JSON.parse(sums.body).error]).toEqual([400, expect.stringMatching(/^body must be/)]);
  expect((await askAtDoor(there, `https://${host}/sums`)).status).toBe(404);
});

test("a change of one function's code changes that function and nothing else", async () => {
  const file = join(functions, "hello/main.py");
  writeFileSync(file, readFileSync(file, "utf8").replace('"hello": name', '"hello again": name'));
  const { engine, api } = await open(synthesize());
  const plan = await engine.plan(api);
  expect(plan.changes.map(({ address, action }) => [address.replace(/_[0-9A-F]{8}$/, ""), action])).toEqual([
    ["aws_lambda_function.hello_function", "update"],
  ]);
  await engine.apply(plan);
  expect((await engine.plan(api)).empty).toBe(true);
  expect(await hello("Ada")).toEqual([200, { "hello again": "Ada" }]);
});

test("destroyed, it leaves nothing", async () => {
  const { engine, api } = await open(join(home, "main"));
  await engine.destroy(api);
  expect(await engine.resources(api)).toEqual([]);
});
