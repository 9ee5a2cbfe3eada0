import type { PlannedJob } from "./planned-jobs.ts";
import { idTokenClaims, type RunIdentity } from "./tokens.ts";

const run: RunIdentity = {
  repository: "acme/shop",
  ownerId: 1,
  repositoryId: 2,
  runId: 7,
  workflow: "Apply",
  file: "apply.yml",
  event: { name: "push", ref: "refs/heads/main", sha: "abc", actor: "octocat", payload: {} },
};
const job: PlannedJob = {
  name: "staging/Deploy/x",
  workflow: "deploy.yml",
  id: "x",
  environment: undefined,
  idToken: true,
  concurrency: undefined,
};
const subject = (values: Partial<RunIdentity>, environment?: string) =>
  idTokenClaims({ ...run, ...values }, { ...job, environment }, "sts.amazonaws.com").sub;

test("the subject names the environment, else the pull request, else the ref", () => {
  const pull = { ...run.event, name: "pull_request", ref: "refs/pull/3/merge" } as const;
  expect(subject({ event: pull }, "staging")).toBe("repo:acme/shop:environment:staging");
  expect(subject({ event: pull })).toBe("repo:acme/shop:pull_request");
  expect(subject({})).toBe("repo:acme/shop:ref:refs/heads/main");
  // Whatever the other run was of, this one is main's.
  expect(subject({ event: { ...run.event, name: "workflow_run" } })).toBe("repo:acme/shop:ref:refs/heads/main");
});

test("the token names which workflow was started and which one the job is of", () => {
  expect(idTokenClaims(run, job, "sts.amazonaws.com")).toMatchObject({
    aud: "sts.amazonaws.com",
    repository_owner: "acme",
    repository_owner_id: "1",
    event_name: "push",
    workflow_ref: "acme/shop/.github/workflows/apply.yml@refs/heads/main",
    job_workflow_ref: "acme/shop/.github/workflows/deploy.yml@refs/heads/main",
  });
});
