import { type FakeGithub, fakeGithub, testGithub } from "./fake/fake-github.ts";
import { labelState } from "./labels.ts";

// It starts a server: too slow for the unit tests.
jest.setTimeout(20_000);

const allow = "allow-destroy";
let github: FakeGithub;

beforeEach(async () => {
  github = await fakeGithub();
  github.state.addPull({ title: "Change", headSha: "a".repeat(40) });
  github.state.permissions.set("mona", "write");
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

const state = () => labelState(testGithub(github), 1, allow);

test("a person with write access who set it is what counts", async () => {
  expect(await state()).toEqual({ counts: false, why: undefined });
  github.state.label(1, allow, "mona");
  expect(await state()).toEqual({ counts: true, why: undefined });
});

test("a job's token, an app, or somebody who may only read could set it as well: then it does not count", async () => {
  github.state.label(1, allow, "github-actions[bot]");
  expect(await state()).toEqual({ counts: false, why: "github-actions[bot] set it, which is no person" });
  github.state.label(1, "other", "mona");
  expect((await state()).counts).toBe(false);
  const issue = github.state.issues.get(1);
  if (issue === undefined) throw new Error("There is no pull request.");
  github.state.setLabels(issue, [], "mona");
  github.state.label(1, allow, "mallory");
  expect(await state()).toEqual({ counts: false, why: "mallory set it, without write access" });
});

test("what was taken away does not count, what a machine set again neither", async () => {
  github.state.label(1, allow, "mona");
  const issue = github.state.issues.get(1);
  if (issue === undefined) throw new Error("There is no pull request.");
  github.state.setLabels(issue, [], "github-actions[bot]");
  expect(await state()).toEqual({ counts: false, why: undefined });
  github.state.label(1, allow, "github-actions[bot]");
  expect((await state()).counts).toBe(false);
});

test("the newest of more than a page of events counts", async () => {
  for (let index = 0; index < 120; index += 1) github.state.label(1, `label-${index}`, "mona");
  github.state.label(1, allow, "mona");
  expect((await state()).counts).toBe(true);
});
