import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { readEnvironment } from "../../.github/actions/read-environment/read-environment.ts";

const file = join(__dirname, "../../.github/environments.json");
const { staging, production } = JSON.parse(readFileSync(file, "utf8"));
const read = (changes: object = {}) =>
  readEnvironment({ environment: "staging", service: "", outputsPath: "", file, ...changes }, fakeLog());

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
    repository: production.name,
    services: '["web"]',
  });
  expect(outputs).not.toHaveProperty("cluster");
});

test("gives the names of a service before anything was applied, as a rollback needs them", async () => {
  expect((await read({ service: "web" })).outputs).toMatchObject({
    cluster: staging.name,
    service: `${staging.name}-web`,
    container: "django_test",
    "version-path": "/version",
  });
});

test("a service without a version path has none to ask", async () => {
  const environments = JSON.parse(readFileSync(file, "utf8"));
  delete environments.staging.services.web.versionPath;
  const path = join(folder, "environments.json");
  await writeFile(path, JSON.stringify(environments));
  expect((await read({ service: "web", file: path })).outputs["version-path"]).toBe("");
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
