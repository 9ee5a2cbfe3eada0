import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { readEnvironment } from "../../.github/actions/read-environment/read-environment.ts";

const file = join(__dirname, "../../.github/environments.json");
const { staging, production } = JSON.parse(readFileSync(file, "utf8"));
const read = (changes: object = {}) =>
  readEnvironment(
    { environment: "staging", service: "", outputsPath: "", file, commit: "abc", serverUrl: "", ...changes },
    fakeLog(),
  );

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "environment-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("gives account, region and roles of an environment, and the registry that it shares", async () => {
  const { outputs } = await read();
  expect(outputs).toMatchObject({
    account: staging.account,
    "plan-role": `arn:aws:iam::${staging.account}:role/${staging.name}-plan`,
    "registry-role": `arn:aws:iam::${production.account}:role/${production.name}-deploy`,
    "registry-id": "",
    repository: production.name,
    services: '["web"]',
    cluster: staging.name,
    "ecs-services": `${staging.name}-web`,
  });
  expect(outputs).not.toHaveProperty("service");
});

test("gives the names of a service before anything was applied, as a rollback needs them", async () => {
  expect((await read({ service: "web" })).outputs).toMatchObject({
    cluster: staging.name,
    service: `${staging.name}-web`,
    container: "django_test",
    "version-path": "/version",
  });
});

/** The file with staging changed. */
async function withStaging(change: (its: typeof staging) => object): Promise<string> {
  const path = join(folder, "environments.json");
  await writeFile(path, JSON.stringify({ staging: { ...staging, ...change(structuredClone(staging)) }, production }));
  return path;
}

test("a registry in another account than its role's is named for the push", async () => {
  const registry = { ...staging.registry, registryId: "333333333333" };
  const { outputs } = await read({ file: await withStaging(() => ({ registry })) });
  expect(outputs).toMatchObject({ "registry-account": production.account, "registry-id": "333333333333" });
});

test("a job of another GitHub ends here: no role would trust it", async () => {
  const failure = await failureFrom(() => read({ serverUrl: "https://acme.ghe.com" }));
  expect([failure.reason, failure.message]).toEqual([
    "github-elsewhere",
    "GITHUB_SERVER_URL (acme.ghe.com) must be on github.com: the roles trust tokens that github.com signs, and GitHub Enterprise Server and *.ghe.com sign theirs elsewhere; push the project to a repository on github.com, where its workflows run.",
  ]);
  await expect(read({ serverUrl: "https://github.com" })).resolves.toBeDefined();
});

test("a service without a version path has none to ask", async () => {
  const path = await withStaging(({ services: { web } }) => ({
    services: { web: { ...web, versionPath: undefined } },
  }));
  expect((await read({ service: "web", file: path })).outputs["version-path"]).toBe("");
});

describe("the image", () => {
  const dockerfile = (text: string) => writeFile(join(folder, "Dockerfile"), text);
  const app = (changes: object) =>
    withStaging(() => ({
      app: {
        folder: "shop",
        context: ".",
        dockerfile: join(folder, "Dockerfile"),
        buildArgs: {},
        platform: "linux/arm64",
        ...changes,
      },
    }));

  test("is built from where environments.ts says, as a stage, for the services' platform", async () => {
    const path = await app({ target: "runtime" });
    expect((await read({ file: path })).outputs).toMatchObject({
      "app-folder": "shop",
      context: ".",
      dockerfile: join(folder, "Dockerfile"),
      target: "runtime",
      platform: "linux/arm64",
      "build-args": "",
    });
    expect((await read({ file: await app({}) })).outputs).toMatchObject({ target: "" });
  });

  test("gets the commit where its Dockerfile declares it, beside the arguments of environments.ts", async () => {
    const path = await app({ buildArgs: { EDITION: "full", EMPTY: "" } });
    await dockerfile("FROM scratch\nARG EDITION\n");
    expect((await read({ file: path })).outputs["build-args"]).toBe("EDITION=full\nEMPTY=");
    await dockerfile("FROM scratch\nARG EDITION\nARG GIT_COMMIT\n");
    const lines = String((await read({ file: path })).outputs["build-args"]).split("\n");
    expect(lines.toSorted()).toEqual(["EDITION=full", "EMPTY=", "GIT_COMMIT=abc"]);
  });

  test("is asked on the first port that a service has, if any has one", async () => {
    const { port: _, healthCheckPath: __, ...worker } = staging.services.web;
    const among = async (services: object) => (await read({ file: await withStaging(() => ({ services })) })).outputs;
    const { web } = staging.services;
    expect(
      await among({ worker: { ...worker, service: "w" }, web, admin: { ...web, service: "a", port: 9000 } }),
    ).toMatchObject({
      services: '["worker","web","admin"]',
      "ecs-services": `w,${web.service},a`,
      "image-port": String(web.port),
    });
    expect(await among({ worker })).toMatchObject({ "image-port": "" });
  });
});

test("a service without load balancer has neither port nor path nor address", async () => {
  const outputsPath = join(folder, "outputs.json");
  const its = { template_task_definition: "arn:worker", desired_count: 3 };
  const stacks = { service: { url: "http://lb", services: { web: its, worker: its } } };
  await writeFile(outputsPath, JSON.stringify(stacks));
  const path = await withStaging(({ services: { web } }) => {
    const { port: _, healthCheckPath: __, versionPath: ___, ...worker } = web;
    return { services: { web, worker: { ...worker, service: "shop-worker" } } };
  });
  expect((await read({ service: "worker", outputsPath, file: path })).outputs).toMatchObject({
    service: "shop-worker",
    port: "",
    "health-check-path": "",
    "version-path": "",
    url: "",
    "task-definition": "arn:worker",
    "desired-count": "3",
  });
  expect((await read({ service: "web", outputsPath, file: path })).outputs).toMatchObject({ url: "http://lb" });
});

test("takes template, count and address from the stacks' outputs", async () => {
  const outputsPath = join(folder, "outputs.json");
  const web = { template_task_definition: "arn:template", desired_count: 0 };
  await writeFile(outputsPath, JSON.stringify({ network: {}, service: { url: "http://lb", services: { web } } }));
  expect((await read({ service: "web", outputsPath })).outputs).toMatchObject({
    "task-definition": "arn:template",
    "desired-count": "0",
    "migrate-command": "",
    url: "http://lb",
  });
  const migrating = { ...web, migrate_command: ["python", "manage.py", "migrate"] };
  await writeFile(outputsPath, JSON.stringify({ service: { url: "http://lb", services: { web: migrating } } }));
  expect((await read({ service: "web", outputsPath })).outputs).toMatchObject({
    "migrate-command": '["python","manage.py","migrate"]',
  });
});

test("names bucket and distribution of the static site, and nothing where there is none", async () => {
  const outputsPath = join(folder, "outputs.json");
  const site = {
    static_bucket: "shop-static",
    static_distribution_id: "E1",
    static_url: "https://s.example.com/static/",
  };
  await writeFile(outputsPath, JSON.stringify({ "static-site": site, service: {} }));
  expect((await read({ outputsPath })).outputs).toMatchObject({
    "static-bucket": "shop-static",
    "static-distribution": "E1",
  });
  await writeFile(outputsPath, JSON.stringify({ network: {} }));
  expect((await read({ outputsPath })).outputs).toMatchObject({ "static-bucket": "", "static-distribution": "" });
});

test("a service that answers to a name of its own is asked by it, at the load balancer", async () => {
  const outputsPath = join(folder, "outputs.json");
  const web = { template_task_definition: "arn:template", desired_count: 1, host: "shop.example.com" };
  const url = "http://lb-1.eu-west-1.elb.amazonaws.com";
  await writeFile(outputsPath, JSON.stringify({ service: { url, services: { web } } }));
  expect((await read({ service: "web", outputsPath })).outputs).toMatchObject({
    url: "http://shop.example.com",
    "connect-to": "lb-1.eu-west-1.elb.amazonaws.com:80",
  });
});

test("with a domain it is asked over HTTPS, and at the load balancer all the same", async () => {
  const outputsPath = join(folder, "outputs.json");
  const web = { template_task_definition: "arn:template", desired_count: 1, host: "shop.example.com" };
  const service = {
    url: "https://example.com",
    load_balancer_dns_name: "lb-1.eu-west-1.elb.amazonaws.com",
    services: { web },
  };
  await writeFile(outputsPath, JSON.stringify({ service }));
  expect((await read({ service: "web", outputsPath })).outputs).toMatchObject({
    url: "https://shop.example.com",
    "connect-to": "lb-1.eu-west-1.elb.amazonaws.com:443",
  });
});

test.each([
  [
    { environment: "prod" },
    /Input `environment` \(prod\) must be in .*environments.json, which has staging, production/,
  ],
  [{ environment: "constructor" }, /Input `environment` \(constructor\) must be in/],
  [{ service: "worker" }, /Input `service` \(worker\) must be in .*, which has web/],
  [{ file: "/nowhere.json" }, /Input `file` \(\/nowhere.json\) must be a file of the expected shape \(ENOENT/],
  [{ service: "web", outputsPath: file }, /Input `outputs-path` .* must be a file of the expected shape \(.*service/],
])("what is not there is named: %j", async (changes, message) => {
  const failure = await failureFrom(() => read(changes));
  expect(failure.message).toMatch(message);
  expect(failure.reason).toBe("input-invalid");
});
