import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import { redactionRules } from "@slipway/plan-review/redact/redact-plan";
import { buildReport, type PlannedReport } from "@slipway/plan-review/report/build-report";
import { manyChanges } from "@slipway/plan-review/testing/many-changes";
import { planOf } from "@slipway/plan-review/testing/plan-of";
import { plantedSecrets } from "@slipway/plan-review/testing/planted-secrets";
import { type BundleRun, runBundle } from "../testing/run-bundle.ts";

// The built bundles as a runner starts them: build with `npm run build` first.
jest.setTimeout(60_000);

let github: FakeGithub;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "report-plan-"));
  github = await fakeGithub();
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await github.close();
  expect(github.violations).toEqual([]);
});

function write(name: string, content: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}

/** Hands over a report as another job wrote it. */
function hand(
  kind: "plan" | "drift",
  plans: ReturnType<typeof manyChanges>,
  failed: { name: string; error: string }[] = [],
): void {
  const common = { hash: "0123456789", constructPaths: new Map() };
  const report: PlannedReport = {
    kind,
    environment: "production",
    head: "a".repeat(40),
    engine: "Terraform",
    provider: "aws",
    stacks: [
      ...plans.map((stack) => ({ ...stack, ...common, status: "planned" as const })),
      ...failed.map((stack) => ({ ...stack, ...common, status: "failed" as const })),
    ],
  };
  write("report.json", buildReport(report, redactionRules([], [])));
}

function start(action: string): Promise<BundleRun> {
  write("event.json", { pull_request: { number: 1, head: { sha: "a".repeat(40) } } });
  const environment = {
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: "octo-org/this-is-project",
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_RUN_ID: "100",
    GITHUB_SHA: "a".repeat(40),
  };
  const inputs = { environment: "production", report: join(folder, "report.json"), "github-token": "ghs_workflow" };
  return runBundle(action, inputs, { environment });
}

test("the bundle comments 400 changes on the event's pull request in three calls", async () => {
  github.state.addPull({ title: "Change", headSha: "a".repeat(40) });
  hand("plan", manyChanges());
  const run = await start("report-plan");
  expect(run.code).toBe(0);
  expect(run.outputs).toMatchObject({ "to-add": "200", "to-change": "160", "to-replace": "16", "to-destroy": "24" });
  expect(github.requests).toHaveLength(3);
  expect(github.state.comments[0]?.body.length).toBeLessThanOrEqual(65_000);
  expect(run.summary).toBe(`Posted as [a comment](${run.outputs["comment-url"]}).\n\n`);
});

test("no planted secret is in comment, summary, outputs or log, with a failed stack beside", async () => {
  github.state.addPull({ title: "Change", headSha: "a".repeat(40) });
  const error = plantedSecrets.map(({ attributes }) => JSON.stringify(attributes)).join("\n");
  hand("plan", [{ name: "web", plan: planOf(plantedSecrets) }], [{ name: "jobs", error }]);
  const run = await start("report-plan");
  expect(run.code).toBe(0);
  const report = readFileSync(join(folder, "report.json"), "utf8");
  const text = [report, run.log, run.summary, JSON.stringify(run.outputs), github.state.comments[0]?.body ?? ""].join(
    "\n",
  );
  const readable = plantedSecrets.filter(({ secrets }) => secrets.some((secret) => text.includes(secret)));
  expect(readable.map(({ what }) => what)).toEqual([]);
});

test("without a report the comment says so in place of the earlier plan, and the step fails", async () => {
  github.state.addPull({ title: "Change", headSha: "a".repeat(40) });
  hand("plan", manyChanges());
  const planned = await start("report-plan");
  rmSync(join(folder, "report.json"));
  const run = await start("report-plan");
  const id = planned.outputs["comment-id"];
  expect(run).toMatchObject({ code: 1, outputs: { "failure-reason": "report-missing", "comment-id": id } });
  expect(github.state.comments).toHaveLength(1);
  const heading = "## Plan for `production`: **could not be planned** at `aaaaaaa`";
  expect(github.state.comments[0]?.body).toContain(heading);
  expect(run.summary).toContain(heading);
});

test.each([
  ["of another commit", { head: "b".repeat(40) }],
  ["of another pull request", { pr: 2 }],
  ["of another environment", { environment: "staging" }],
  ["of an apply, where nothing is merged", { kind: "apply", outcome: { status: "applied" } }],
])("a report %s is posted nowhere, and the comment of this pull request says why", async (_, forged) => {
  github.state.addPull({ title: "Change", headSha: "a".repeat(40) });
  github.state.addPull({ title: "Other", headSha: "b".repeat(40) });
  hand("plan", manyChanges());
  write("report.json", { ...JSON.parse(readFileSync(join(folder, "report.json"), "utf8")), ...forged });
  const run = await start("report-plan");
  expect(run).toMatchObject({ code: 1, outputs: { "failure-reason": "report-invalid" } });
  expect(github.state.comments).toMatchObject([
    { on: { issue: 1 }, body: expect.stringMatching(/^<!-- slipway:plan:v1 environment=production run=100 -->\n## /) },
  ]);
  expect(github.state.comments[0]?.body).toContain("could not be planned");
});

test("the drift bundle opens an issue for the drifted stack", async () => {
  hand("drift", [{ name: "web", plan: planOf([{ type: "aws_x", action: "update", attributes: {} }]) }]);
  const run = await start("report-drift");
  expect(run.code).toBe(0);
  expect(run.outputs).toMatchObject({ drifted: "true", "drifted-stacks": "web", issues: "1" });
});
