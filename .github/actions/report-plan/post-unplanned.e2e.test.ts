import { ActionFailure } from "@slipway/core";
import { marker } from "@slipway/github/comments";
import { type FakeGithub, fakeGithub, testGithub } from "@slipway/github/fake";
import { planLine } from "@slipway/plan-review/promise/comment-line";
import { postUnplanned, type UnplannedInput } from "./post-unplanned.ts";

// It starts a server: too slow for the unit tests.
const [earlier, head] = ["a".repeat(40), "b".repeat(40)];
const missing = new ActionFailure("report-missing", "Report (report) must be there: the job ended", "see its log");

let github: FakeGithub;

beforeEach(async () => {
  github = await fakeGithub();
  github.state.addPull({ title: "Change", headSha: head });
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

function post(error: unknown, values: Partial<UnplannedInput> & { runId?: number } = {}): Promise<unknown> {
  const context = testGithub(github, values);
  const input: UnplannedInput = {
    environment: "staging",
    head,
    runUrl: "https://github.com/octo-org/this-is-project/actions/runs/100",
    comment: "always",
    target: { kind: "issue", number: 1 },
    open: true,
    status: false,
    dryRun: false,
    ...values,
  };
  return postUnplanned(error, input, { github: async () => context, log: context.log });
}

/** The comment that the earlier commit left. */
function commented(runId: number): void {
  const lines = [
    marker.line({ kind: "plan", key: "environment=staging" }, runId),
    planLine.write({ environment: "staging", head: earlier, plan: "7".repeat(64) }),
    "Merging applies exactly this: plan `sha256:777777777777…`.",
  ];
  github.state.addComment({ issue: 1 }, "github-actions[bot]", lines.join("\n"));
}

test("the comment of the earlier commit promises nothing any more: it says what failed, where, and what to do", async () => {
  commented(99);
  const failure = await post(missing);
  expect(github.state.comments.map(({ body }) => body)).toEqual([
    `<!-- slipway:plan:v1 environment=staging run=100 -->
## Plan for \`staging\`: **could not be planned** at \`bbbbbbb\`

> [!CAUTION]
> Report (report) must be there: the job ended.

See [the run](https://github.com/octo-org/this-is-project/actions/runs/100), correct what it says, then run it again or push. Merged as it is, \`apply\` applies a plan of this commit if one was stored, else it plans what was merged and waits for approval.
`,
  ]);
  expect(failure).toMatchObject({
    reason: "report-missing",
    message: missing.message,
    outputs: { "comment-id": String(github.state.comments[0]?.id) },
    summary: expect.stringContaining("could not be planned"),
  });
});

test("where no comment is yet, one is made", async () => {
  await post(missing, { comment: "changes" });
  expect(github.state.comments).toHaveLength(1);
});

test("what a newer run has posted stays", async () => {
  commented(101);
  await post(missing);
  expect(github.state.comments[0]?.body).toContain("Merging applies exactly this");
});

test.each<[string, unknown, Partial<UnplannedInput>]>([
  ["any other failure", new ActionFailure("engine-failed", "Terraform said: hunter2", "see the log"), {}],
  ["an error that is none of ours", new Error("hunter2"), {}],
  ["what is merged", missing, { open: false }],
  ["a dry run", missing, { dryRun: true }],
  ["`never`", missing, { comment: "never" }],
])("after %s nothing is posted, and the error stays what it is", async (_, error, values) => {
  expect(await post(error, values)).toBe(error);
  expect(github.requests).toEqual([]);
});

test("with a token that may only read, the summary says it and the reason stays", async () => {
  github.makeReadOnly();
  const failure = await post(missing);
  expect(failure).toMatchObject({ reason: "report-missing", summary: expect.stringContaining("could not be planned") });
});
