import { ActionFailure } from "@slipway/core";
import { failureFrom } from "@slipway/core/testing/fake-log";
import { marker } from "@slipway/github/comments";
import { type FakeGithub, fakeGithub, testGithub } from "@slipway/github/fake";
import type { StoredPull } from "@slipway/github/fake/state";
import { planLine } from "@slipway/plan-review/promise/comment-line";
import type { StoredPromise, StoredPromises } from "@slipway/plan-review/promise/stored-promises";
import { findPlans } from "./find-plans.ts";

// It starts a server: too slow for the unit tests.
const bot = "github-actions[bot]";
const sha = (digit: string) => digit.repeat(40);
const id = (digit: string) => digit.repeat(64);

let github: FakeGithub;
let promises: Map<string, StoredPromise>;

beforeEach(async () => {
  github = await fakeGithub();
  promises = new Map();
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

const all = () => [...promises.values()];
const stored: StoredPromises = {
  newest: async (head) => all().find(({ promise }) => promise.pr !== null && promise.head === head),
  planned: async (heads) => heads.filter((head) => all().some(({ promise }) => promise.head === head)),
  async named(wanted) {
    const found = promises.get(wanted);
    if (found === undefined) throw new ActionFailure("plan-expired", "It is gone", "plan again");
    return found;
  },
};

function store(plan: string, values: { pr: number | null; head: string; environment?: string }): void {
  const { pr, head, environment = "staging" } = values;
  const made = { runId: 1, createdAt: "2026-11-25T10:00:00Z", engine: "1.11.4", provider: "5.100.0" };
  const base = { version: 1, environment, account: "111111111111", pr, head, base: null } as const;
  promises.set(plan, { id: plan, promise: { ...base, ...made, stacks: [], waiting: [] } });
}

/** The comment that report-plan leaves. */
function comment(pull: StoredPull, plan: string | undefined, { login = bot, run = 1 } = {}): void {
  const first = marker.line({ kind: "plan", key: "environment=staging" }, run);
  const second = plan === undefined ? "" : `${planLine.write({ environment: "staging", head: pull.headSha, plan })}\n`;
  github.state.addComment({ issue: pull.number }, login, `${first}\n${second}## Plan`);
}

/** A pull request with its plan and the comment. */
function planned(head: string, plan: string): StoredPull {
  const pull = github.state.addPull({ title: "Change", headSha: head });
  store(plan, { pr: pull.number, head });
  comment(pull, plan);
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

test("without a plan of what was merged there is none: with an earlier commit's it is head-mismatch", async () => {
  const pull = planned(sha("a"), id("a"));
  github.state.merge(pull, sha("f"));
  pull.headSha = sha("b");
  pull.commits.push(sha("b"));
  expect(await found([sha("f")])).toEqual({ ids: [], problems: ["head-mismatch"] });
  promises.clear();
  expect(await found([sha("f")])).toEqual({ ids: [], problems: ["no-plan"] });
});

test("a plan of the same commit that was made for another pull request is none of this one", async () => {
  const pull = planned(sha("a"), id("a"));
  github.state.merge(pull, sha("f"));
  store(id("a"), { pr: pull.number + 1, head: sha("a") });
  expect(await found([sha("f")])).toEqual({ ids: [], problems: ["no-plan"] });
});

describe("a comment decides nothing", () => {
  test.each<[string, (pull: StoredPull) => void, RegExp | undefined]>([
    ["as it was", () => undefined, undefined],
    ["by somebody else", (pull) => comment(pull, id("e"), { login: "mallory" }), undefined],
    [
      "of a run to come",
      (pull) => comment(pull, id("e"), { run: 999_999_999_999_999 }),
      /on #1 shows plan e{12}, the stored one is a{12}/,
    ],
    ["a second one", (pull) => comment(pull, id("e")), /shows plan e{12}/],
    [
      "edited",
      ({ headSha }) => {
        const [first] = github.state.comments;
        if (first !== undefined)
          first.body = first.body.replace(
            /<!-- slipway:manifest.*-->/,
            planLine.write({ environment: "staging", head: headSha, plan: id("e") }),
          );
      },
      /shows plan e{12}/,
    ],
    [
      "edited, without a plan",
      () => {
        const [first] = github.state.comments;
        if (first !== undefined) first.body = first.body.replace(/<!-- slipway:manifest.*-->\n/, "");
      },
      /shows no plan, the stored one is a{12}/,
    ],
    [
      "deleted",
      () => {
        github.state.comments = [];
      },
      undefined,
    ],
  ])("%s: the same plan, and another id is reported", async (_, forge, note) => {
    const pull = planned(sha("a"), id("a"));
    github.state.merge(pull, sha("f"));
    forge(pull);
    const { plans, problems, notes } = await find({ pushed: [sha("f")] });
    expect([plans.map((each) => each.id), problems]).toEqual([[id("a")], []]);
    expect(notes).toEqual(note === undefined ? [] : [expect.stringMatching(note)]);
  });

  test("where GitHub does not list them, the plan is found all the same", async () => {
    github.state.merge(planned(sha("a"), id("a")), sha("f"));
    github.fail({ method: "GET", path: /comments$/, status: 404 });
    expect(await found([sha("f")])).toEqual({ ids: [id("a")], problems: [] });
  });

  test("it makes no plan where none is stored, and is reported", async () => {
    const pull = github.state.addPull({ title: "Change", headSha: sha("a") });
    comment(pull, id("a"));
    github.state.merge(pull, sha("f"));
    const { plans, problems, notes } = await find({ pushed: [sha("f")] });
    expect([plans, problems.map(({ reason }) => reason)]).toEqual([[], ["no-plan"]]);
    expect(notes).toEqual([expect.stringMatching(/shows plan a{12}, none is stored/)]);
  });
});

test("a dispatch looks at no pull request", async () => {
  github.state.merge(planned(sha("a"), id("a")), sha("f"));
  expect(await find({})).toEqual({ plans: [], problems: [], pulls: [], notes: [] });
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

test("for a named plan of main, the labels of the pull request that brought its commit count", async () => {
  const pull = github.state.addPull({ title: "Change", headSha: sha("a") });
  github.state.merge(pull, sha("f"));
  store(id("a"), { pr: null, head: sha("f") });
  expect((await find({ plan: id("a") })).pulls.map(({ number }) => number)).toEqual([pull.number]);
});

test("a named plan of another environment is refused", async () => {
  store(id("a"), { pr: null, head: sha("f"), environment: "production" });
  expect(await failureFrom(() => find({ plan: id("a") }))).toMatchObject({
    reason: "no-plan",
    what: `Plan ${id("a")} is of \`production\` and must be of \`staging\``,
  });
});
