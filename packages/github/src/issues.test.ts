import { type FakeGithub, fakeGithub, testGithub } from "./fake/fake-github.ts";
import type { StoredIssue } from "./fake/state.ts";
import { issueStore, upsertIssue } from "./issues.ts";

const bot = "github-actions[bot]";
const key = "environment=production stack=network";
const line = (runId: number, of = key) => `<!-- slipway:drift:v1 ${of} run=${runId} -->`;

let github: FakeGithub;

beforeAll(async () => {
  github = await fakeGithub();
});

beforeEach(() => {
  github.state.issues.clear();
  github.state.comments = [];
});

afterAll(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

/** Keeps the issue of the stack; without a body there is nothing to report. */
async function upsert(runId: number, body?: string) {
  const store = issueStore(testGithub(github), "drift");
  const { state, issue } = await upsertIssue(store, await store.list(), {
    marker: { kind: "drift", key },
    content: body === undefined ? undefined : { title: "network drifted", body },
    closing: "No drift any more.",
    runId,
    login: bot,
  });
  return [state, issue?.number];
}

const add = (body: string, login = bot): StoredIssue =>
  github.state.addIssue({ title: "network drifted", body, login, labels: ["drift"] });

test("an issue is found by its marker, not by its title", async () => {
  add(`${line(1, "environment=production stack=network-eu")}\nof another stack`);
  add("without a marker");
  const ours = add(`${line(1)}\nbefore`);
  expect(await upsert(2, "after")).toEqual(["updated", ours.number]);
  expect(ours.body).toBe(`${line(2)}\nafter`);
  expect([...github.state.issues.values()].filter(({ body }) => body.includes("after"))).toEqual([ours]);
});

test("an issue with another run and commit in its last line is the same", async () => {
  const ours = add(`${line(1)}\n| drift |\n<sub>commit aaaa</sub>`);
  expect(await upsert(2, "| drift |\n<sub>commit bbbb</sub>")).toEqual(["same", ours.number]);
  expect(ours.body).toContain("aaaa");
});

test("what a newer run wrote stays", async () => {
  const ours = add(`${line(9)}\nnewer`);
  expect(await upsert(8, "older")).toEqual(["superseded", ours.number]);
  expect(await upsert(8)).toEqual(["superseded", ours.number]);
  expect(ours).toMatchObject({ body: `${line(9)}\nnewer`, state: "open" });
});

test("of two open issues of one stack the first stays open", async () => {
  const [first, second] = [add(`${line(1)}\na`), add(`${line(2)}\nb`)];
  expect(await upsert(3, "c")).toEqual(["updated", first.number]);
  expect([first.state, second.state]).toEqual(["open", "closed"]);
});

test("an issue that is closed is opened again rather than made anew, and stays closed without drift", async () => {
  const ours = add(`${line(1)}\nbefore`);
  expect(await upsert(2)).toEqual(["closed", ours.number]);
  expect(github.state.comments.map(({ body }) => body)).toEqual(["No drift any more."]);
  expect(await upsert(3)).toEqual(["absent", ours.number]);
  expect(await upsert(4, "after")).toEqual(["reopened", ours.number]);
  expect(ours).toMatchObject({ state: "open", stateReason: "reopened", body: `${line(4)}\nafter` });
  expect(github.state.issues.size).toBe(1);
});
