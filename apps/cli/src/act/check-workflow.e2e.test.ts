import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureAct, ensureDocker, readSlipwayHome } from "@slipway/local-aws";
import { openScenarioRepository, type ScenarioRepository } from "../scenarios/repository.ts";
import { githubEvents } from "./events.ts";
import { runWorkflow, type WorkflowRun } from "./run-workflow.ts";
import { type LocalRunner, type RunnerService, runnerService } from "./runner-service.ts";

// check.yml as it is, on pull requests of a copy of this repository.
jest.setTimeout(300_000);

const root = join(__dirname, "../../../..");
const home = readSlipwayHome(root, process.env);
const identity = { repository: "octo-org/this-is-project", ownerId: 9919, repositoryId: 1296269 };
const events = githubEvents({ fullName: identity.repository, id: identity.repositoryId, ownerId: identity.ownerId });

let folder: string;
let repository: ScenarioRepository;
let service: RunnerService;
let runner: LocalRunner;

beforeAll(async () => {
  const { signal } = new AbortController();
  const docker = await ensureDocker({ homeFolder: home.folder, log: () => {} });
  folder = mkdtempSync(join(tmpdir(), "check-"));
  repository = await openScenarioRepository(home, join(folder, "repository"));
  service = await runnerService(docker);
  runner = {
    act: ensureAct({ home, signal, log: () => {} }),
    service,
    caller: process.env,
    repository: repository.folder,
    folder,
    signal,
    jobSettings: { root, bash: "/bin/bash", endpoint: "", cliConfiguration: join(folder, "terraformrc") },
    identity,
    github: { url: "http://127.0.0.1:1", token: "ghs_hush" },
    vars: {},
    sign: () => "",
  };
});

afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

type Change = readonly [path: string, from: string | RegExp, to: string];

/** Runs check.yml on a pull request with these changes. */
async function check(number: number, changes: readonly Change[]): Promise<WorkflowRun> {
  const branch = `change-${number}`;
  await repository.branch(branch);
  for (const [path, from, to] of changes) await repository.commit(path, (text) => text.replace(from, to), path);
  const [headSha, baseSha] = [await repository.sha(branch), await repository.sha("main")];
  const mergeSha = await repository.mergeRef(branch);
  const about = { number, title: "Change", author: "octocat", headRef: branch, headRepository: identity.repository };
  const event = events.pullRequest({ ...about, headSha, baseSha, mergeSha, labels: [] }, "opened");
  return runWorkflow(runner, { file: "check.yml", runId: number, event });
}

const results = ({ jobs }: WorkflowRun) => Object.fromEntries(jobs.map(({ id, result }) => [id, result]));
const said = ({ errors }: WorkflowRun) => errors.map(({ text }) => text);

test("a pull request that changes only documentation is checked without testing anything", async () => {
  const run = await check(1, [["docs/workflows.md", "# The workflows", "# All workflows"]]);
  expect(run.ok).toBe(true);
  expect(results(run)).toMatchObject({ changes: "success", check: "success" });
  expect([results(run).app, results(run).infrastructure]).not.toContain("success");
});

test("a failing test of the app, and each thing that is not fresh, make the required job fail, with what to run", async () => {
  const run = await check(2, [
    ["apps/web/health/middleware.py", "ok", "broken"],
    ["apps/infra/src/stacks/network-stack.ts", /$/, 'export const wrong: number = "text";\n'],
    ["apps/infra/golden/staging/service.tf.json", '"cpu": "512"', '"cpu": "256"'],
    [".github/environments.json", '"region": "ap-northeast-2"', '"region": "eu-west-1"'],
    [".github/workflows/rollback.yml", "[staging, production]", "[staging]"],
  ]);
  expect([run.ok, results(run)]).toEqual([
    false,
    { changes: "success", app: "failure", infrastructure: "failure", check: "failure" },
  ]);
  const update = "run `npm run check -- --update` and commit what it writes.";
  expect(said(run)).toHaveLength(5);
  expect(said(run)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^types must be right, but the compiler found apps\/infra\/src\/stacks\/network-stack\.ts\(\d+,14\): error TS2322: .*; correct them/,
      ),
      `apps/infra/golden/staging/service.tf.json must be what its stack makes of environments.ts; ${update}`,
      `.github/environments.json must be what environments.ts says; ${update}`,
      `.github/workflows/rollback.yml must be what environments.ts says; ${update}`,
      "See what changed, Test the app and Check the infrastructure (success, failure, failure) must each succeed or be skipped; the log of the one that did not says what to do.",
    ]),
  );
  const log = readFileSync(run.logPath, "utf8");
  expect(log).toContain("FAILED (failures=");
  expect(log).toMatch(/testCommand \(npm test .*\) must succeed in apps\/web, but it ended with 1/);
});
