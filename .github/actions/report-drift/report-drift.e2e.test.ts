import { type FakeGithub, fakeGithub, testGithub } from "@slipway/github/fake";
import type { Json, PlanJson } from "@slipway/plan-review/plan/plan-json";
import { buildReport, type PlannedStack } from "@slipway/plan-review/report/build-report";
import { driftedPart, reportDrift } from "./report-drift.ts";

jest.setTimeout(20_000);

let github: FakeGithub;

beforeEach(async () => {
  github = await fakeGithub();
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

/** A plan that would set one attribute of one resource back. */
function differs(type: string, attribute: string, before: Json, after: Json): PlanJson {
  const change = { actions: ["update"], before: { [attribute]: before }, after: { [attribute]: after } };
  return {
    format_version: "1.2",
    resource_changes: [{ address: `${type}.x`, mode: "managed", type, name: "x", change }],
  };
}

const clean: PlanJson = { format_version: "1.2" };
const retention = differs("aws_cloudwatch_log_group", "retention_in_days", 7, 30);

function checked(plans: { [stack: string]: PlanJson | "failed" }, values: { runId?: number; dryRun?: boolean } = {}) {
  const stacks = Object.entries(plans).map(([name, plan]): PlannedStack => {
    const stack = { name, hash: "1", constructPaths: new Map() };
    if (plan === "failed") return { ...stack, status: "failed", error: "Error: password=Blue-Fish-9" };
    return { ...stack, status: "planned", plan };
  });
  const where = { kind: "drift", environment: "production", head: "3d3c42e5aac5" } as const;
  const planned = { ...where, engine: "Terraform", provider: "aws", stacks };
  const report = buildReport(planned, { patterns: [], names: [] }, driftedPart);
  const { runId = 100, dryRun = false } = values;
  const context = testGithub(github, { runId });
  const input = { handedOver: false, path: "report.json", label: "drift", post: !dryRun };
  return reportDrift(report, input, { github: async () => context, log: context.log });
}

const issues = () => [...github.state.issues.values()];

test("each drifted stack has one issue, a clean one has none", async () => {
  const { outputs, summary } = await checked({ network: clean, data: retention, logs: retention });
  expect(issues().map(({ title, labels }) => [title, labels])).toEqual([
    ["Drift in production/data: 1 resource", ["drift"]],
    ["Drift in production/logs: 1 resource", ["drift"]],
  ]);
  expect(issues()[0]?.body).toMatch(/^<!-- slipway:drift:v1 environment=production stack=data run=100 -->\n/);
  expect(issues()[0]?.body).toContain("! retention_in_days: 7 → 30");
  expect(outputs).toMatchObject({ drifted: "true", "drifted-stacks": "data,logs", issues: "1,2" });
  expect(summary).toContain("| `network` | no drift |  |");
});

test("a check that fails is a warning in the summary; without drift there is no issue", async () => {
  const check = {
    address: { to_display: "check.answers" },
    status: "fail",
    instances: [
      {
        address: { to_display: "check.answers" },
        status: "fail",
        problems: [{ message: "The shop must answer 200." }],
      },
    ],
  } as const;
  const { outputs, summary } = await checked({ web: { ...clean, checks: [check] }, data: retention });
  expect(outputs).toMatchObject({ "drifted-stacks": "data", issues: "1" });
  expect(summary).toContain("> - `check.answers` (stack `web`) fails: `The shop must answer 200.`");
});

test("a plan that is not complete is no comparison: the step fails", async () => {
  await expect(checked({ web: { ...clean, errored: true } })).rejects.toMatchObject({ reason: "plan-failed" });
  expect(issues()).toEqual([]);
});

test("what is not understood is drift, with the actions that putting it back would run", async () => {
  const [change] = retention.resource_changes ?? [];
  if (change === undefined) throw new Error("the plan must have a change");
  const unknown = { ...change, change: { ...change.change, actions: ["wobble"] } };
  const run = { address: "action.aws_lambda_invoke.warm", type: "aws_lambda_invoke", name: "warm" };
  await checked({ data: { ...clean, resource_changes: [unknown], action_invocations: [run] } });
  expect(issues()[0]).toMatchObject({ title: "Drift in production/data: 1 resource" });
  expect(issues()[0]?.body).toContain("not understood: wobble");
  expect(issues()[0]?.body).toContain("▶ action.aws_lambda_invoke.warm");
});

test("drift that changes updates its issue, drift that stays leaves it alone", async () => {
  await checked({ data: retention }, { runId: 100 });
  await checked({ data: retention }, { runId: 101 });
  expect(github.requests.filter(({ method }) => method === "PATCH")).toHaveLength(0);
  await checked({ data: differs("aws_cloudwatch_log_group", "retention_in_days", 1, 30) }, { runId: 102 });
  expect(issues()).toHaveLength(1);
  expect(issues()[0]?.body).toContain("! retention_in_days: 1 → 30");
});

test("a clean stack's issue is closed with a word, and opened again by the next drift", async () => {
  await checked({ data: retention }, { runId: 100 });
  const { outputs } = await checked({ data: clean }, { runId: 101 });
  expect(outputs).toMatchObject({ drifted: "false", "drifted-stacks": "", issues: "" });
  expect(issues()[0]).toMatchObject({ state: "closed", stateReason: "completed" });
  expect(github.state.comments[0]?.body).toBe("Nothing differs any more at `3d3c42e`.");
  await checked({ data: retention }, { runId: 102 });
  expect(issues()).toMatchObject([{ state: "open", stateReason: "reopened" }]);
});

test.each([
  ["aws_ecs_service", "task_definition", "web:42", "web:1"],
  ["aws_ecs_service", "desired_count", 4, 0],
  ["aws_autoscaling_group", "desired_capacity", 5, 3],
  ["aws_ecs_service", "tags", { "slipway:rolled-back": "sha256:aa" }, {}],
])("%s.%s, which deployments and scaling change, is no drift", async (type, attribute, before, after) => {
  const { outputs } = await checked({ service: differs(type, attribute, before, after) });
  expect(outputs.drifted).toBe("false");
  expect(issues()).toEqual([]);
});

test("a service's security group that somebody changed is drift", async () => {
  const network = differs("aws_ecs_service", "network_configuration", [{ subnets: ["a"] }], [{ subnets: ["b"] }]);
  expect((await checked({ service: network })).outputs.drifted).toBe("true");
});

test("the issue of a stack that cannot be planned stays open, and its error is shown without the secret", async () => {
  await checked({ data: retention }, { runId: 100 });
  await expect(checked({ data: "failed" }, { runId: 101 })).rejects.toMatchObject({
    reason: "plan-failed",
    summary: expect.stringMatching(/not known \(failed\)[\s\S]*password=•••/),
  });
  expect(issues()[0]?.state).toBe("open");
});

test("somebody else's issue with our marker is not touched", async () => {
  const body = "<!-- slipway:drift:v1 environment=production stack=data run=1 -->\nforged";
  github.state.addIssue({ title: "forged", body, login: "mallory", labels: ["drift"] });
  await checked({ data: retention });
  expect(issues().map(({ login }) => login)).toEqual(["mallory", "github-actions[bot]"]);
  expect(issues()[0]?.body).toBe(body);
});

test("more than 100 issues of other stacks do not hide ours", async () => {
  await checked({ data: retention }, { runId: 100 });
  for (let index = 0; index < 130; index += 1) github.state.addIssue({ title: `Other ${index}`, labels: ["drift"] });
  await checked({ data: clean }, { runId: 101 });
  expect(issues()[0]?.state).toBe("closed");
});

test("a token that may only read leaves the report in the summary", async () => {
  github.makeReadOnly();
  const { summary } = await checked({ data: retention });
  expect(summary).toMatch(/No issue was written: the token may only read[\s\S]*\*\*drifted\*\*/);
});

test("a dry run asks GitHub nothing", async () => {
  expect((await checked({ data: retention }, { dryRun: true })).outputs.drifted).toBe("true");
  expect(github.requests).toEqual([]);
});
