import type { FakeGithub } from "@slipway/github/fake";
import type { Change } from "./changes.ts";
import type { GithubScenario } from "./github/context.ts";

export interface PullRequest {
  readonly number: number;
  readonly branch: string;
  readonly title: string;
}

export interface OpenedPull {
  readonly branch: string;
  readonly title: string;
  readonly change: Change;
  readonly author: string;
  /** `owner/name` of the repository that its branch is in. */
  readonly headRepository: string;
}

type Story = Pick<GithubScenario, "repository" | "github">;

/** Opens a pull request from main with one commit. */
export async function openPull({ repository, github }: Story, opened: OpenedPull): Promise<PullRequest> {
  const { branch, title, change, author: login, headRepository } = opened;
  const baseSha = await repository.sha("main");
  await repository.branch(branch);
  const headSha = await repository.commit(change.path, change.rewrite, change.message);
  const { number } = github.state.addPull({ title, headSha, headRef: branch, headRepository, baseSha, login });
  return { number, branch, title };
}

/** Adds a commit to a pull request. */
export async function pushTo({ repository, github }: Story, pull: PullRequest, change: Change): Promise<void> {
  await repository.checkout(pull.branch);
  push(github, pull, await repository.commit(change.path, change.rewrite, change.message));
}

/** Adds a commit with all that was written into the folder, where the pull request's branch is. */
export async function pushWritten({ repository, github }: Story, pull: PullRequest, message: string): Promise<void> {
  push(github, pull, await repository.commitAll(message));
}

function push(github: FakeGithub, pull: PullRequest, sha: string): void {
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
