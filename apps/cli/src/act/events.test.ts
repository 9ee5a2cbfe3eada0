import { dispatchInputs, githubEvents, startsOn } from "./events.ts";
import type { WorkflowEvent } from "./workflow.ts";

const workflow = {
  file: "x.yml",
  name: "X",
  permissions: undefined,
  jobs: {},
  on: {
    workflow_dispatch: {
      inputs: {
        environment: { type: "choice", options: ["staging", "production"], required: true },
        reason: { type: "string", required: true },
        "dry-run": { type: "boolean", default: true },
        plan: { type: "string", default: "" },
      },
    },
  },
};
const given = { environment: "staging", reason: "drill" };

test("what is not given has its default, as text", () => {
  expect(dispatchInputs(workflow, given)).toEqual({ ...given, "dry-run": "true", plan: "" });
});

test.each([
  [{ ...given, environment: "moon" }, "input environment (moon) must be one of staging, production."],
  [{ environment: "staging" }, "input reason must be given."],
  [{ ...given, "dry-run": "maybe" }, "input dry-run (maybe) must be true or false."],
  [{ ...given, when: "now" }, "input (when) must be one that x.yml declares: environment, reason, dry-run, plan."],
])("%j is refused", (inputs: Record<string, string>, message) => {
  expect(() => dispatchInputs(workflow, inputs)).toThrow(message);
});

test("a workflow without the trigger cannot be started by hand", () => {
  expect(() => dispatchInputs({ ...workflow, on: { push: null } }, given)).toThrow(
    "must have the trigger workflow_dispatch",
  );
});

const pull = (action: string, base = "main"): WorkflowEvent => ({
  name: "pull_request",
  ref: "refs/pull/1/merge",
  sha: "a",
  actor: "octocat",
  payload: { action, pull_request: { base: { ref: base } } },
});
const push = (ref: string): WorkflowEvent => ({ name: "push", ref, sha: "a", actor: "octocat", payload: { ref } });
const starts = (on: Record<string, unknown>, event: WorkflowEvent, changed = ["apps/web/app.py"]) =>
  startsOn({ file: "x.yml", name: "x", permissions: undefined, jobs: {}, on }, event, changed);

test("a workflow starts on the events it names", () => {
  expect(starts({ push: null }, push("refs/heads/main"))).toBe(true);
  expect(starts({ push: null }, pull("opened"))).toBe(false);
  expect(starts({ schedule: [{ cron: "0 6 * * *" }] }, { ...push("refs/heads/main"), name: "schedule" })).toBe(true);
});

test("a pull request starts it when opened, reopened or pushed to, unless it names other types", () => {
  const on = { pull_request: null };
  expect(["opened", "synchronize", "reopened", "closed", "labeled"].map((type) => starts(on, pull(type)))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(starts({ pull_request: { types: ["labeled"] } }, pull("labeled"))).toBe(true);
});

test("branches are those that the pull request goes to, or that were pushed", () => {
  expect(starts({ pull_request: { branches: ["main"] } }, pull("opened", "release"))).toBe(false);
  expect(starts({ push: { branches: ["release/**", "!release/old"] } }, push("refs/heads/release/1/x"))).toBe(true);
  expect(starts({ push: { branches: ["release/**", "!release/old"] } }, push("refs/heads/release/old"))).toBe(false);
  expect(starts({ push: { "branches-ignore": ["main"] } }, push("refs/heads/main"))).toBe(false);
});

const { workflowRun } = githubEvents({ fullName: "acme/shop", id: 2, ownerId: 1 });
const ended = {
  id: 7,
  workflow: "Synth",
  file: "synth.yml",
  event: "pull_request",
  conclusion: "success",
  headRef: "change",
  headSha: "a".repeat(40),
  headRepository: "acme/shop",
  actor: "octocat",
} as const;

test("the end of another workflow starts it, on main, if it names that workflow", () => {
  const event = workflowRun(ended, "c".repeat(40));
  const on = (more: object) => starts({ workflow_run: { workflows: ["Synth"], ...more } }, event);
  expect([event.ref, event.sha]).toEqual(["refs/heads/main", "c".repeat(40)]);
  expect([on({}), on({ types: ["completed"] }), on({ branches: ["change"] })]).toEqual([true, true, true]);
  expect([on({ workflows: ["Test"] }), on({ types: ["requested"] }), on({ branches: ["main"] })]).toEqual([
    false,
    false,
    false,
  ]);
});

test("such an event names the head of the pull request and whose it is, but not its number", () => {
  const { payload } = workflowRun({ ...ended, headRepository: "someone/shop" }, "c".repeat(40));
  expect(payload.workflow_run).toMatchObject({
    id: 7,
    event: "pull_request",
    conclusion: "success",
    head_sha: "a".repeat(40),
    head_branch: "change",
    head_repository: { full_name: "someone/shop", fork: true },
    pull_requests: [],
  });
  expect(payload.repository).toMatchObject({ full_name: "acme/shop" });
});

test("a filter on tags leaves branches out and the other way round", () => {
  expect(starts({ push: { tags: ["v*"] } }, push("refs/tags/v1"))).toBe(true);
  expect(starts({ push: { tags: ["v*"] } }, push("refs/heads/main"))).toBe(false);
  expect(starts({ push: { branches: ["main"] } }, push("refs/tags/v1"))).toBe(false);
});

test("with paths, one changed file must fit", () => {
  const on = { push: { branches: ["main"], paths: ["apps/web/**"] } };
  expect(starts(on, push("refs/heads/main"), ["README.md"])).toBe(false);
  expect(starts(on, push("refs/heads/main"), ["README.md", "apps/web/.env.example"])).toBe(true);
  expect(starts({ push: { "paths-ignore": ["docs/**"] } }, push("refs/heads/main"), ["docs/x.md"])).toBe(false);
});
