import { type FakeGithub, fakeGithub, testGithub } from "./fake-github.ts";

jest.setTimeout(20_000);

let github: FakeGithub;
const here = { owner: "octo-org", repo: "this-is-project" };

beforeEach(async () => {
  github = await fakeGithub({ ghp_person: "mona" });
});

afterEach(() => github.close());

const client = () => testGithub(github).client;

test("an answer that GitHub's description does not allow is a violation", async () => {
  github.state.addIssue({ title: "One" }).title = undefined as unknown as string;
  await client().request("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...here, issue_number: 1 });
  expect(github.violations).toEqual([expect.stringMatching(/answer of issues\/get: .*title/)]);
});

test("a request that GitHub would refuse is refused and a violation", async () => {
  const call = client().request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...here,
    issue_number: 1,
  } as never);
  await expect(call).rejects.toMatchObject({ status: 422 });
  await expect(client().request("GET /repos/octo-org/this-is-project/nowhere")).rejects.toMatchObject({ status: 404 });
  expect(github.violations).toHaveLength(2);
});

test("a body over 65,536 characters is refused as on GitHub", async () => {
  github.state.addIssue({ title: "One" });
  const call = (body: string) =>
    client().request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...here, issue_number: 1, body });
  await expect(call("x".repeat(65_537))).rejects.toMatchObject({ status: 422 });
  await expect(call("x".repeat(65_536))).resolves.toMatchObject({ status: 201 });
});

test.each(["squash", "rebase", "merge"])(
  "a pull request merged by %s is found by the commit that made",
  async (how) => {
    const pull = github.state.addPull({ title: "Change", headSha: "a".repeat(40) });
    const sha = how.length.toString(16).repeat(40);
    github.state.merge(pull, sha);
    const answer = await client().request("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
      ...here,
      commit_sha: sha,
    });
    expect(answer.data).toMatchObject([{ number: pull.number, merge_commit_sha: sha, head: { sha: "a".repeat(40) } }]);
    const whole = await client().request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...here,
      pull_number: pull.number,
    });
    expect(whole.data).toMatchObject({ merged: true, merge_commit_sha: sha });
    expect(github.violations).toEqual([]);
  },
);

test("issues are listed by label and state, the newest first, a page at a time", async () => {
  for (let index = 0; index < 45; index += 1) github.state.addIssue({ title: `Issue ${index}`, labels: ["drift"] });
  const list = async (page: number) =>
    (await client().request("GET /repos/{owner}/{repo}/issues", { ...here, labels: "drift", state: "all", page })).data;
  expect((await list(1))[0]?.title).toBe("Issue 44");
  expect(await list(2)).toHaveLength(15);
  expect(github.violations).toEqual([]);
});

test("labels come and go", async () => {
  github.state.addIssue({ title: "One" });
  const at = { ...here, issue_number: 1 };
  await client().request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", { ...at, labels: ["a", "b"] });
  await client().request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", { ...at, name: "a" });
  expect(github.state.issues.get(1)?.labels).toEqual(["b"]);
  expect(github.violations).toEqual([]);
});

test("a read-only token reads and may not write", async () => {
  github.state.addIssue({ title: "One" });
  github.makeReadOnly();
  const at = { ...here, issue_number: 1 };
  await client().request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", at);
  const write = client().request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...at, body: "x" });
  await expect(write).rejects.toMatchObject({ status: 403 });
});
