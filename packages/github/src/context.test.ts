import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { githubContext, runUrl } from "./context.ts";

const options = (token: string, author = "") => ({
  token,
  author,
  // Nothing listens there: what asks GitHub fails.
  context: { apiUrl: "http://127.0.0.1:1", runId: Number.NaN, repo: { owner: "octo-org", repo: "this-is-project" } },
  log: fakeLog(),
  signal: AbortSignal.abort(),
});

test("an empty token is refused before GitHub is asked anything", async () => {
  const failure = await failureFrom(() => githubContext(options("")));
  expect(failure.message).toBe("Input `github-token` () must not be empty; leave it out for the job's own token.");
});

test("a workflow's token and one with a given author are not asked for their login", async () => {
  expect(await githubContext(options("ghs_workflow"))).toMatchObject({
    author: "github-actions[bot]",
    owner: "octo-org",
    repo: "this-is-project",
    runId: 0,
  });
  expect(await githubContext(options("ghp_person", "mona"))).toMatchObject({ author: "mona" });
});

test("the address of a run is known inside of one only", () => {
  const variables = { GITHUB_REPOSITORY: "octo-org/this-is-project", GITHUB_RUN_ID: "7" };
  expect(runUrl(variables)).toBe("https://github.com/octo-org/this-is-project/actions/runs/7");
  expect(runUrl({ ...variables, GITHUB_SERVER_URL: "https://ghe.example" })).toBe(
    "https://ghe.example/octo-org/this-is-project/actions/runs/7",
  );
  expect(runUrl({ GITHUB_REPOSITORY: "octo-org/this-is-project" })).toBeUndefined();
});
