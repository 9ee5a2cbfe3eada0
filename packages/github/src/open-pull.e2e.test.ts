import { type FakeGithub, fakeGithub, testGithub } from "./fake/fake-github.ts";
import { changedFiles, findOpenPull, setStatus } from "./open-pull.ts";

jest.setTimeout(20_000);

const sha = "a".repeat(40);
let github: FakeGithub;

beforeEach(async () => {
  github = await fakeGithub();
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

const found = (branch = "change", base = "main") => findOpenPull(testGithub(github), { sha, branch, base });

test("the open pull request whose head is the commit is found, that of the same branch first", async () => {
  github.state.addPull({ title: "Same commit", headSha: sha, headRef: "other" });
  github.state.addPull({ title: "This one", headSha: sha, baseSha: "b".repeat(40) });
  expect(await found()).toEqual({ number: 2, head: sha, base: "b".repeat(40) });
  expect((await found("other"))?.number).toBe(1);
});

test.each<[string, () => void]>([
  ["a closed one", () => github.state.merge(github.state.addPull({ title: "Done", headSha: sha }), "c".repeat(40))],
  [
    "a fork's",
    () => github.state.addPull({ title: "Theirs", headSha: sha, headRepository: "someone/this-is-project" }),
  ],
  ["Dependabot's", () => github.state.addPull({ title: "Bump", headSha: sha, login: "dependabot[bot]" })],
  [
    "one with a newer commit",
    () => {
      const pull = github.state.addPull({ title: "Went on", headSha: sha });
      pull.headSha = "d".repeat(40);
      pull.commits.push(pull.headSha);
    },
  ],
])("%s is none", async (_, add) => {
  add();
  expect(await found()).toBeUndefined();
});

test("one into another branch is none", async () => {
  github.state.addPull({ title: "Change", headSha: sha });
  expect(await found("change", "release")).toBeUndefined();
});

test("all changed files are listed, however many pages", async () => {
  const pull = github.state.addPull({ title: "Large", headSha: sha });
  pull.files = Array.from({ length: 205 }, (_, index) => `file-${index}`);
  expect(await changedFiles(testGithub(github), pull.number)).toEqual(pull.files);
});

test("a status is shown beside the checks, its text no longer than GitHub takes", async () => {
  const status = { sha, context: "plan / staging", state: "success", url: "https://github.com/run" } as const;
  await setStatus(testGithub(github), { ...status, description: "x".repeat(200) });
  expect(github.state.statuses).toEqual([{ ...status, description: "x".repeat(140) }]);
});
