import { type FakeGithub, fakeGithub, testGithub } from "@slipway/github/fake";
import { type ReportDeployInput, reportDeploy } from "./report-deploy.ts";

jest.setTimeout(20_000);

let github: FakeGithub;

beforeEach(async () => {
  github = await fakeGithub();
  github.state.addPull({ title: "Change", headSha: "a".repeat(40) });
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

function report(values: Partial<ReportDeployInput> = {}, runId = 100) {
  const context = testGithub(github, { runId });
  const input: ReportDeployInput = {
    environment: "staging",
    service: "web",
    pull: 1,
    digest: "sha256:abc",
    deployed: false,
    failureReason: "deployment-rolled-back",
    failure: "Deployment rolled back by ECS; fix and push.",
    revision: "web:2",
    previousRevision: "web:1",
    rolledBack: true,
    rollback: "skipped",
    rollbackRevision: "",
    rollbackFailure: "",
    consoleUrl: "",
    runUrl: "https://run",
    dryRun: false,
    ...values,
  };
  return reportDeploy(input, { github: async () => context, log: context.log });
}

test("a service has one comment, which a later run of the same merge rewrites; another environment has its own", async () => {
  await report();
  await report({ deployed: true, failure: "" }, 101);
  await report({ environment: "production" }, 101);
  const bodies = github.state.comments.map(({ body }) => body);
  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toContain("`staging/web`: deployed");
  expect(bodies[1]).toContain("`production/web`: **not deployed**, rolled back by ECS");
});

test("a token that may only read leaves it in the summary and does not fail", async () => {
  github.makeReadOnly();
  const { outputs, summary } = await report();
  expect(outputs["comment-id"]).toBe("");
  expect(summary).toContain("Not posted as a comment: the token may only read");
  expect(summary).toContain("rolled back by ECS");
});

test("a dry run writes nothing", async () => {
  await report({ dryRun: true });
  expect(github.requests).toEqual([]);
});
