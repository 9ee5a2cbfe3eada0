import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FakeGithub, fakeGithub, testGithub } from "@slipway/github/fake";
import { redactionRules } from "@slipway/plan-review/redact/redact-plan";
import { buildReport } from "@slipway/plan-review/report/build-report";
import { readPlans } from "@slipway/plan-review/testing/read-plans";
import { type ReportPlanInput, reportPlan } from "./report-plan.ts";

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

const target = { kind: "issue", number: 1 } as const;
const fixture = (name: string) => join(__dirname, "../../../packages/plan-review/fixtures", name);

type Values = Partial<ReportPlanInput> & { redact?: string[]; hideValues?: string[] };

function reported(name: string, { redact = [], hideValues = [], ...values }: Values = {}) {
  const context = testGithub(github);
  const input: ReportPlanInput = {
    handedOver: false,
    path: "report.json",
    comment: "always",
    target,
    issue: false,
    status: false,
    open: true,
    runUrl: undefined,
    dryRun: false,
    ...values,
  };
  const rules = () => redactionRules(redact, hideValues);
  const report = async () => buildReport(readPlans(fixture(name)), rules());
  const clients = { github: async () => context, log: context.log };
  return { done: report().then((built) => reportPlan(built, input, clients)), lines: context.lines };
}

test("the comment is the rendered plan, and the outputs say what it holds", async () => {
  const { done } = reported("first");
  const { outputs, summary } = await done;
  const expected = readFileSync(join(fixture("first"), "rendered.md"), "utf8");
  const manifest = `<!-- slipway:manifest:v1 environment=staging head=3d3c42e5aac5ba805825da76410c181273ba90b1 plan=${"77abcd12".repeat(8)} -->`;
  expect(github.state.comments[0]?.body).toBe(
    `<!-- slipway:plan:v1 environment=staging run=100 -->\n${manifest}\n${expected}`,
  );
  expect(summary).toBe(expected);
  expect(outputs).toMatchObject({
    "has-changes": "true",
    "to-add": "5",
    "to-replace": "0",
    risk: "add",
    "comment-id": String(github.state.comments[0]?.id),
  });
});

test("an apply is reported beside the plan, in a comment of its own; one that had nothing to do makes none", async () => {
  await reported("first").done;
  const { done } = reported("applied");
  await done;
  expect(github.state.comments.map(({ body }) => body.split(" run=")[0])).toEqual([
    "<!-- slipway:plan:v1 environment=staging",
    "<!-- slipway:apply:v1 environment=production",
  ]);
  github.state.comments = [];
  const idle = buildReport({ ...readPlans(fixture("applied")), stacks: [] }, redactionRules([], []));
  const context = testGithub(github);
  const nowhere = { handedOver: true, path: "", runUrl: undefined } as const;
  const asked = { comment: "always", target, issue: false, status: false, open: false, dryRun: false } as const;
  await reportPlan(idle, { ...nowhere, ...asked }, { github: async () => context, log: context.log });
  expect(github.state.comments).toEqual([]);
});

test("a failed stack fails the step after the comment with all stacks is written", async () => {
  const { done } = reported("release");
  await expect(done).rejects.toMatchObject({
    reason: "plan-failed",
    message: expect.stringMatching(/^Stack `jobs` could not be planned; correct what/),
    outputs: { risk: "data-loss", "to-replace": "3", "to-destroy": "1", "failed-stacks": "jobs" },
    summary: expect.stringContaining("aws_dynamodb_table"),
  });
  expect(github.state.comments[0]?.body).toContain("aws_dynamodb_table");
});

test("the log names stacks and counts, nothing else", async () => {
  const { done, lines } = reported("release");
  await done.catch(() => undefined);
  expect(lines.slice(0, 6)).toEqual([
    "registry: unchanged",
    "network: planned, 1 to add, 3 to change, 1 to replace, 0 to destroy",
    "data: planned, 0 to add, 3 to change, 1 to replace, 1 to destroy",
    "service: provisional, 0 to add, 2 to change, 1 to replace, 0 to destroy",
    "edge: waiting",
    "jobs: failed",
  ]);
});

test("with a token that may only read, the summary has the report and the step succeeds", async () => {
  github.makeReadOnly();
  const { done, lines } = reported("first");
  const { outputs, summary } = await done;
  expect(outputs["comment-id"]).toBe("");
  expect(summary).toMatch(/^> \[!NOTE\]\n> Not posted: the token may only read\.\n\n## Plan for `staging`/);
  expect(lines).toContainEqual(expect.stringMatching(/^warning: Nothing was posted: the token may only read/));
});

test("when GitHub stays away, the failure says so and brings the report", async () => {
  github.fail({ method: "GET", status: 502, times: 5 });
  await expect(reported("first").done).rejects.toMatchObject({
    reason: "github-unreachable",
    message: expect.stringMatching(/^GitHub answered 502 again and again .*run again in a while\.$/),
    summary: expect.stringContaining("## Plan for `staging`"),
    outputs: { "to-add": "5" },
  });
});

test("a dry run and `never` ask GitHub nothing", async () => {
  await reported("first", { dryRun: true }).done;
  await reported("first", { comment: "never" }).done;
  await reported("first", { target: undefined }).done;
  expect(github.requests).toEqual([]);
});

test("the user's own patterns and attribute globs hide too", async () => {
  await reported("first", { redact: ["10\\.0\\.\\d+"], hideValues: ["tags.Owner"] }).done;
  const body = github.state.comments[0]?.body ?? "";
  expect(body).not.toMatch(/10\.0\.|platform/);
  expect(body).toMatch(/\+ cidr_block = "•••\.0\/24"/);
  expect(body).toContain("+ tags.Owner = (hidden)");
});

test.each(["(", "a*"])("the pattern %s is refused", async (pattern) => {
  await expect(reported("first", { redact: [pattern] }).done).rejects.toMatchObject({ reason: "input-invalid" });
});
