import type { Story } from "./scenario.ts";
import { repositoryName, type WorkflowEvent } from "./workflow-run.ts";

export interface PullRequest {
  readonly number: number;
  readonly branch: string;
  readonly title: string;
}

/** A change of one file with its message. */
export interface Change {
  readonly path: string;
  readonly message: string;
  readonly rewrite: (text: string) => string;
}

/** Opens a pull request from main with one commit. */
export async function openPull(
  { repository, github }: Story,
  { branch, title, change }: { branch: string; title: string; change: Change },
): Promise<PullRequest> {
  const baseSha = await repository.sha("main");
  await repository.branch(branch);
  const headSha = await repository.commit(change.path, change.rewrite, change.message);
  const { number } = github.state.addPull({ title, headSha, headRef: branch, baseSha });
  return { number, branch, title };
}

/** Adds a commit to a pull request. */
export async function pushTo({ repository, github }: Story, pull: PullRequest, change: Change): Promise<void> {
  await repository.checkout(pull.branch);
  const sha = await repository.commit(change.path, change.rewrite, change.message);
  const stored = github.state.pulls.get(pull.number);
  if (stored === undefined) throw new Error(`pull request ${pull.number} must be open`);
  stored.headSha = sha;
  stored.commits.push(sha);
}

/** Merges by squash and returns main's new commit. */
export async function squashMerge({ repository, github }: Story, pull: PullRequest): Promise<string> {
  const sha = await repository.squash(pull.branch, `${pull.title} (#${pull.number})`);
  const stored = github.state.pulls.get(pull.number);
  if (stored === undefined) throw new Error(`pull request ${pull.number} must be open`);
  github.state.merge(stored, sha);
  return sha;
}

/** The event of a pull request whose merge into main is in the repository's folder. */
export async function pullRequestEvent({ repository }: Story, pull: PullRequest): Promise<WorkflowEvent> {
  const [head, base] = [await repository.sha(pull.branch), await repository.sha("main")];
  const sha = await repository.mergeRef(pull.branch);
  const repo = { full_name: repositoryName };
  return {
    name: "pull_request",
    workflow: "plan",
    ref: `refs/pull/${pull.number}/merge`,
    sha,
    payload: {
      action: "synchronize",
      number: pull.number,
      pull_request: {
        number: pull.number,
        title: pull.title,
        head: { ref: pull.branch, sha: head, repo },
        base: { ref: "main", sha: base, repo },
        labels: [],
      },
    },
  };
}

/** The event of a push to main, which is put into the folder. */
export async function pushEvent({ repository }: Story): Promise<WorkflowEvent> {
  await repository.checkout("main");
  const sha = await repository.sha("main");
  return {
    name: "push",
    workflow: "apply",
    ref: "refs/heads/main",
    sha,
    payload: { ref: "refs/heads/main", after: sha, head_commit: { id: sha }, commits: [{ id: sha }] },
  };
}

/** The event of somebody who starts the apply by hand. */
export async function dispatchEvent(story: Story, inputs: Readonly<Record<string, string>>): Promise<WorkflowEvent> {
  const { sha } = await pushEvent(story);
  return {
    name: "workflow_dispatch",
    workflow: "apply",
    ref: "refs/heads/main",
    sha,
    payload: { ref: "refs/heads/main", inputs },
  };
}
