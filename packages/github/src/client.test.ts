import { ActionFailure } from "@slipway/core";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { githubFailure, withRetries } from "./client.ts";
import { type FakeGithub, fakeGithub, testGithub } from "./fake/fake-github.ts";
import { postReport } from "./post.ts";
import { pullStore } from "./pull-requests.ts";

let github: FakeGithub;

beforeAll(async () => {
  github = await fakeGithub({}, ["ghs_fork"]);
  github.state.addIssue({ title: "Change", labels: ["drift"] });
});

afterAll(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

/** Reads a label as the stores read: again after an error that may pass. */
function read() {
  const { client, owner, repo, log, waits, lines, wait } = testGithub(github);
  const route = "GET /repos/{owner}/{repo}/labels/{name}";
  const values = { owner, repo, name: "drift" };
  return { waits, lines, answer: withRetries(() => client.request(route, values), { wait, info: log.info }) };
}

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test("a server error is asked again after ever longer pauses, until an answer comes", async () => {
  github.fail({ status: 502, times: 4 });
  const { waits, lines, answer } = read();
  expect((await answer).data).toMatchObject({ name: "drift" });
  expect(waits).toEqual([1000, 2000, 4000, 8000]);
  expect(lines.at(-1)).toBe("GitHub answered 502; asking again in 8 s");
});

test("after five server errors it gives up, and the failure says to run again later", async () => {
  github.fail({ status: 502, message: "Bad gateway", times: 5 });
  const { waits, answer } = read();
  const failure = githubFailure(await thrown(answer));
  expect(waits).toHaveLength(4);
  expect(failure).toBeInstanceOf(ActionFailure);
  expect(failure).toMatchObject({
    reason: "github-unreachable",
    message: "GitHub answered 502 again and again (Bad gateway); run again in a while.",
  });
});

test("what asking again cannot change is asked once, and the failure names permissions", async () => {
  github.fail({ status: 401, message: "Bad credentials" });
  const { waits, answer } = read();
  expect(githubFailure(await thrown(answer))).toMatchObject({
    reason: "github-refused",
    message:
      "GitHub refused a call with 401 (Bad credentials); check `permissions:` of the job and the inputs, then run again.",
  });
  expect(waits).toEqual([]);
});

test("an error of our own code is neither repeated nor explained as GitHub's", async () => {
  const fault = new TypeError("x is undefined");
  const wait = () => Promise.reject(new Error("it waited"));
  const error = await thrown(withRetries(() => Promise.reject(fault), { wait, info: () => undefined }));
  expect(githubFailure(error)).toBe(fault);
});

test("a pull request that is not there is none, but one that cannot be read is an error", async () => {
  const pulls = pullStore(testGithub(github));
  github.fail({ status: 404 });
  await expect(pulls.get(7)).resolves.toBeUndefined();
  github.fail({ status: 410 });
  await expect(pulls.get(7)).rejects.toMatchObject({ status: 410 });
});

describe("a post", () => {
  const known = { outputs: { risk: "low" }, summary: "## The plan" };

  /** Writes a comment with `token`. */
  async function post(token: string) {
    const { client, owner, repo } = testGithub(github, { token });
    const log = fakeLog();
    const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
    const write = async () => (await client.request(route, { owner, repo, issue_number: 1, body: "plan" })).status;
    return { log, work: () => postReport(write, known, log) };
  }

  test("hands over what was written", async () => {
    const { log, work } = await post("ghs_workflow");
    expect(await work()).toEqual({ value: 201 });
    expect(log.lines).toEqual([]);
  });

  test.each([
    ["a token that only reads", {}, "the token may only read"],
    ["a locked conversation", { status: 403, message: "Issue is locked" }, "the conversation is locked"],
    ["comments that are switched off", { status: 410 }, "comments are switched off"],
  ])("that %s refuses is a warning, no failure", async (_, fault, refusal) => {
    if ("status" in fault) github.fail({ method: "POST", ...fault });
    const { log, work } = await post("ghs_fork");
    expect(await work()).toEqual({ refusal });
    expect(log.lines).toEqual([`warning: Nothing was posted: ${refusal}. The report is in the job summary.`]);
  });

  test("that fails otherwise brings along what is known without GitHub", async () => {
    github.fail({ method: "POST", status: 403, message: "API rate limit exceeded" });
    const { work } = await post("ghs_workflow");
    const failure = await failureFrom(work);
    expect(failure).toMatchObject({ reason: "github-unreachable", ...known });
  });
});
