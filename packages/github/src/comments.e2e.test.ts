import { ownLogin } from "./client.ts";
import { type CommentTarget, commentStore, marker, upsertComment } from "./comments.ts";
import { type FakeGithub, fakeGithub, testGithub } from "./fake/fake-github.ts";

const bot = "github-actions[bot]";
const production = { kind: "plan", key: "environment=production" };
const target = { kind: "issue", number: 1 } as const;

jest.setTimeout(20_000);

let github: FakeGithub;

beforeEach(async () => {
  github = await fakeGithub({ ghp_person: "mona", ghs_app: "our-app[bot]" });
  github.state.addPull({ title: "Change", headSha: "a".repeat(40) });
});

afterEach(async () => {
  await github.close();
  // Every request and every answer was as GitHub describes it.
  expect(github.violations).toEqual([]);
});

interface Run {
  readonly runId?: number;
  readonly body?: string;
  readonly author?: string;
  readonly token?: string;
  readonly create?: boolean;
  readonly target?: CommentTarget;
  readonly key?: string;
}

async function report(run: Run = {}) {
  const { runId = 100, body = "the plan", create = true, key = production.key } = run;
  const context = testGithub(github, run);
  const result = await upsertComment(commentStore(context, run.target ?? target), {
    marker: { kind: "plan", key },
    body,
    runId,
    login: context.author,
    create,
    log: context.log,
  });
  return { result, waits: context.waits, lines: context.lines };
}

const bodies = () => github.state.comments.map(({ body }) => body);
const others = (count: number) => {
  for (let index = 0; index < count; index += 1) github.state.addComment({ issue: 1 }, "mona", `remark ${index}`);
};

test("up to 100 comments it takes three calls to make ours and two to update it", async () => {
  others(99);
  await report({ runId: 100 });
  expect(github.requests).toHaveLength(3);
  await report({ runId: 101, body: "again" });
  expect(github.requests).toHaveLength(5);
});

test("a new comment carries the hidden marker and takes three calls", async () => {
  const { result } = await report();
  expect(result.state).toBe("created");
  expect(bodies()).toEqual(["<!-- slipway:plan:v1 environment=production run=100 -->\nthe plan"]);
  expect(github.requests).toHaveLength(3);
});

test("the next run updates the comment in place, in two calls with 99 other comments", async () => {
  await report({ runId: 100 });
  others(98);
  const before = github.requests.length;
  const { result } = await report({ runId: 101, body: "the plan, fixed" });
  expect(result.state).toBe("updated");
  expect(github.requests.length - before).toBe(2);
  expect(bodies().filter((body) => body.includes("slipway:plan"))).toEqual([
    "<!-- slipway:plan:v1 environment=production run=101 -->\nthe plan, fixed",
  ]);
});

test("our comment is found behind 250 others", async () => {
  others(250);
  await report({ runId: 100 });
  others(30);
  expect((await report({ runId: 101 })).result.state).toBe("updated");
  expect(bodies().filter((body) => body.includes("slipway:plan"))).toHaveLength(1);
});

test("two runs that both see no comment leave one, with the newer run's report", async () => {
  github.gather("GET", /comments$/, 2);
  await Promise.all([report({ runId: 101, body: "newer" }), report({ runId: 100, body: "older" })]);
  expect(bodies()).toEqual(["<!-- slipway:plan:v1 environment=production run=101 -->\nnewer"]);
});

test("five runs at once leave one comment", async () => {
  github.gather("GET", /comments$/, 5);
  await Promise.all([5, 3, 1, 4, 2].map((runId) => report({ runId, body: `run ${runId}` })));
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toContain("run 5");
});

test("a run that comes late does not overwrite a newer run's report", async () => {
  await report({ runId: 200, body: "newer" });
  expect((await report({ runId: 150, body: "older" })).result.state).toBe("superseded");
  expect(bodies()[0]).toContain("newer");
});

test("somebody else's comment with our marker stays as it is", async () => {
  const forged = `${marker.line(production, 999)}\nforged`;
  github.state.addComment({ issue: 1 }, "mallory", forged);
  await report();
  expect(bodies()).toEqual([forged, expect.stringContaining("the plan")]);
});

test("an environment whose name starts with another's has a comment of its own", async () => {
  await report({ key: "environment=production" });
  await report({ key: "environment=production-eu", body: "other" });
  await report({ key: "environment=production", body: "again" });
  expect(bodies().map((body) => body.split("\n")[1])).toEqual(["again", "other"]);
});

test("a comment deleted between looking and writing is made anew", async () => {
  await report({ runId: 100 });
  const remove = () => {
    github.state.comments = [];
  };
  github.fail({ method: "PATCH", before: remove });
  expect((await report({ runId: 101, body: "new" })).result.state).toBe("created");
  expect(bodies()).toEqual(["<!-- slipway:plan:v1 environment=production run=101 -->\nnew"]);
});

test("a create that took effect though its answer was lost leaves one comment", async () => {
  github.fail({ method: "POST", status: 502, done: true });
  const { waits } = await report();
  expect(waits).toEqual([1000]);
  expect(bodies()).toHaveLength(1);
});

test("server errors and rate limits are waited out as GitHub asks", async () => {
  github.fail({ method: "GET", status: 503, times: 2 });
  github.fail({ method: "GET", status: 429, headers: { "retry-after": "7" } });
  github.fail({ method: "POST", status: 403, message: "You have exceeded a secondary rate limit" });
  const { result, waits } = await report();
  expect(result.state).toBe("created");
  expect(waits).toEqual([1000, 2000, 7000, 1000]);
});

test("a rate limit that lasts for an hour is not waited for", async () => {
  const reset = String(Math.floor(Date.now() / 1000) + 3600);
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
  github.fail({ method: "GET", status: 403, message: "API rate limit exceeded", headers });
  await expect(report()).rejects.toThrow(/rate limit/);
});

test("without anything to say, no comment is made, but ours is updated", async () => {
  expect((await report({ create: false })).result.state).toBe("absent");
  expect(bodies()).toEqual([]);
  await report({ runId: 100 });
  expect((await report({ runId: 101, create: false, body: "nothing any more" })).result.state).toBe("updated");
});

test("an app's token whose login is not given still keeps one comment", async () => {
  await report({ token: "ghs_app", runId: 100 });
  await report({ token: "ghs_app", runId: 101, body: "second" });
  expect(github.state.comments.map(({ login }) => login)).toEqual(["our-app[bot]"]);
  expect(bodies()[0]).toContain("second");
});

test("a person's token is asked for its login, a workflow's is not", async () => {
  const retries = { wait: async () => undefined, info: () => undefined };
  const person = testGithub(github, { token: "ghp_person" });
  expect(await ownLogin(person.client, "ghp_person", retries)).toBe("mona");
  expect(await ownLogin(testGithub(github).client, "ghs_workflow", retries)).toBe(bot);
  expect(github.requests.map(({ path }) => path)).toEqual(["/user"]);
});

test("a commit takes the comment where there is no pull request", async () => {
  const commit = { kind: "commit", sha: "c".repeat(40) } as const;
  await report({ target: commit, runId: 100 });
  expect((await report({ target: commit, runId: 101, body: "again" })).result.state).toBe("updated");
  expect(github.state.comments.map(({ on }) => on)).toEqual([{ commit: commit.sha }]);
});
