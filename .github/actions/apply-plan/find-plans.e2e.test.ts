import { ActionFailure } from "@slipway/core";
import { failureFrom } from "@slipway/core/testing/fake-log";
import { marker } from "@slipway/github/comments";
import { type FakeGithub, fakeGithub, testGithub } from "@slipway/github/fake";
import type { StoredPull } from "@slipway/github/fake/state";
import { type Manifest, manifestLine } from "@slipway/plan-review/manifest/manifest";
import type { StoredPlans } from "@slipway/plan-review/manifest/stored-plans";
import { findPlans } from "./find-plans.ts";

// It starts a server: too slow for the unit tests.
const bot = "github-actions[bot]";
const sha = (digit: string) => digit.repeat(40);
const id = (digit: string) => digit.repeat(64);

let github: FakeGithub;
let manifests: Map<string, Manifest>;

beforeEach(async () => {
  github = await fakeGithub();
  manifests = new Map();
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

const stored = {
  async getManifest(wanted: string) {
    const found = manifests.get(wanted);
    if (found === undefined) throw new ActionFailure("plan-expired", "It is gone", "plan again");
    return found;
  },
} as StoredPlans;

function store(plan: string, values: { pr: number | null; head: string; environment?: string }): void {
  const { pr, head, environment = "staging" } = values;
  const made = { runId: 1, createdAt: "2026-11-25T10:00:00Z", engine: "1.11.4", provider: "5.100.0" };
  const base = { version: 1, environment, account: "111111111111", pr, head, base: null } as const;
  manifests.set(plan, { ...base, ...made, stacks: [], waiting: [] });
}

/** A pull request with the comment that report-plan leaves. */
function planned(head: string, plan: string, login = bot, environment = "staging"): StoredPull {
  const pull = github.state.addPull({ title: "Change", headSha: head });
  store(plan, { pr: pull.number, head, environment });
  const first = marker.line({ kind: "plan", key: `environment=${environment}` }, 1);
  const second = manifestLine.write({ environment, head, plan });
  github.state.addComment({ issue: pull.number }, login, `${first}\n${second}\n## Plan`);
  return pull;
}

function find(values: { plan?: string; commit?: string; pushed?: string[] }) {
  const { plan = "", commit = sha("f"), pushed = [] } = values;
  return findPlans({ environment: "staging", plan, commit, pushed, branch: "main" }, stored, testGithub(github));
}

const found = async (pushed: string[]) => {
  const { plans, problems } = await find({ pushed, commit: pushed[0] ?? "" });
  return { ids: plans.map((each) => each.id), problems: problems.map(({ reason }) => reason) };
};

test("a squash: the one new commit leads to the pull request and its plan", async () => {
  github.state.merge(planned(sha("a"), id("a")), sha("f"));
  expect(await found([sha("f")])).toEqual({ ids: [id("a")], problems: [] });
});

test("a rebase: every commit of it leads to the same pull request, which counts once", async () => {
  const pull = planned(sha("a"), id("a"));
  pull.commits.push(sha("d"), sha("e"));
  github.state.merge(pull, sha("f"));
  expect(await found([sha("f"), sha("e"), sha("d")])).toEqual({ ids: [id("a")], problems: [] });
});

test("a merge commit: the pull request's own commits come with it", async () => {
  const pull = planned(sha("a"), id("a"));
  github.state.merge(pull, sha("f"));
  expect(await found([sha("f"), sha("a")])).toEqual({ ids: [id("a")], problems: [] });
});

test("a merge queue's group: the plans of all its pull requests, the newest first", async () => {
  github.state.merge(planned(sha("a"), id("a")), sha("d"));
  github.state.merge(planned(sha("b"), id("b")), sha("e"));
  github.state.merge(planned(sha("c"), id("c")), sha("f"));
  expect(await found([sha("f"), sha("e"), sha("d")])).toEqual({ ids: [id("c"), id("b"), id("a")], problems: [] });
});

test("a pull request that is open, or that was merged into another branch, does not count", async () => {
  const open = planned(sha("a"), id("a"));
  open.commits.push(sha("f"));
  expect(await found([sha("f")])).toEqual({ ids: [], problems: [] });
});

test("a comment that somebody else wrote with our marker names no plan", async () => {
  github.state.merge(planned(sha("a"), id("a"), "mallory"), sha("f"));
  expect(await found([sha("f")])).toEqual({ ids: [], problems: ["no-plan"] });
});

test("the plan of another environment is none of this one", async () => {
  github.state.merge(planned(sha("a"), id("a"), bot, "staging-eu"), sha("f"));
  expect(await found([sha("f")])).toEqual({ ids: [], problems: ["no-plan"] });
});

test("a comment whose manifest is of another pull request or commit is refused", async () => {
  const pull = planned(sha("a"), id("a"));
  github.state.merge(pull, sha("f"));
  store(id("a"), { pr: pull.number, head: sha("b") });
  expect(await found([sha("f")])).toEqual({ ids: [], problems: ["head-mismatch"] });
  store(id("a"), { pr: pull.number + 1, head: sha("a") });
  expect(await found([sha("f")])).toEqual({ ids: [], problems: ["head-mismatch"] });
});

test("a plan behind 250 other comments is found", async () => {
  const pull = github.state.addPull({ title: "Change", headSha: sha("a") });
  for (let index = 0; index < 250; index += 1) github.state.addComment({ issue: 1 }, "mona", `remark ${index}`);
  store(id("a"), { pr: pull.number, head: sha("a") });
  const first = marker.line({ kind: "plan", key: "environment=staging" }, 1);
  const second = manifestLine.write({ environment: "staging", head: sha("a"), plan: id("a") });
  github.state.addComment({ issue: 1 }, bot, `${first}\n${second}\n## Plan`);
  github.state.merge(pull, sha("f"));
  expect((await found([sha("f")])).ids).toEqual([id("a")]);
});

test("a dispatch looks at no pull request", async () => {
  github.state.merge(planned(sha("a"), id("a")), sha("f"));
  expect(await find({})).toEqual({ plans: [], problems: [], pulls: [] });
  expect(github.requests).toEqual([]);
});

test("a named plan of a pull request counts once that is merged as it was planned", async () => {
  const pull = planned(sha("a"), id("a"));
  expect(await failureFrom(() => find({ plan: id("a") }))).toMatchObject({ reason: "no-plan" });
  github.state.merge(pull, sha("f"));
  expect((await find({ plan: id("a") })).pulls.map(({ number }) => number)).toEqual([pull.number]);
  pull.headSha = sha("b");
  expect(await failureFrom(() => find({ plan: id("a") }))).toMatchObject({ reason: "head-mismatch" });
});

test("a named plan of main takes the labels of the pull request that brought its commit", async () => {
  const pull = github.state.addPull({ title: "Change", headSha: sha("a") });
  github.state.issues.get(pull.number)?.labels.push("allow-destroy");
  github.state.merge(pull, sha("f"));
  store(id("a"), { pr: null, head: sha("f") });
  expect((await find({ plan: id("a") })).pulls.map(({ labels }) => labels)).toEqual([["allow-destroy"]]);
});

test("a named plan of another environment is refused", async () => {
  store(id("a"), { pr: null, head: sha("f"), environment: "production" });
  expect(await failureFrom(() => find({ plan: id("a") }))).toMatchObject({
    reason: "no-plan",
    what: `Plan ${id("a")} is of \`production\` and must be of \`staging\``,
  });
});
