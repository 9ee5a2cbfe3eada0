import { answers } from "./answers.ts";
import { notFound } from "./errors.ts";
import type { Handler } from "./issue-handlers.ts";
import { repositoryAnswer } from "./repository-answer.ts";
import type { GithubState, StoredIssue, StoredPull } from "./state.ts";

/** The calls on pull requests. */
export const pullHandlers: Readonly<Record<string, Handler>> = {
  "pulls/get": ({ params }, state) => {
    const number = Number(params.pull_number);
    const [issue, pull] = [state.issues.get(number), state.pulls.get(number)];
    if (issue === undefined || pull === undefined) {
      return notFound;
    }
    return { status: 200, body: { ...simplePull(issue, pull, state), ...wholePull(pull) } };
  },
  "repos/list-pull-requests-associated-with-commit": ({ params }, state) => {
    const found = [...state.pulls.values()].filter(({ commits }) => commits.includes(params.commit_sha ?? ""));
    const shown = found.map((pull) => simplePull(state.issues.get(pull.number) as StoredIssue, pull, state));
    return { status: 200, body: shown };
  },
};

function simplePull(issue: StoredIssue, pull: StoredPull, state: GithubState): Record<string, unknown> {
  const {
    url: issueUrl,
    comments,
    pull_request: links,
    repository_url,
    labels_url,
    events_url,
    ...rest
  } = answers.issue(issue, state);
  const url = issueUrl.replace("/issues/", "/pulls/");
  const link = (path: string) => ({ href: `${url}${path}` });
  return {
    ...rest,
    url,
    issue_url: issueUrl,
    diff_url: `${rest.html_url}.diff`,
    patch_url: `${rest.html_url}.patch`,
    commits_url: `${url}/commits`,
    comments_url: `${issueUrl}/comments`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${url}/comments{/number}`,
    statuses_url: `${repository_url}/statuses/${pull.headSha}`,
    head: reference(pull.headRef, pull.headSha, pull.headRepository),
    base: reference("main", pull.baseSha, "octo-org/this-is-project"),
    merge_commit_sha: pull.mergeSha,
    merged_at: pull.mergeSha === null ? null : issue.updatedAt,
    auto_merge: null,
    draft: false,
    _links: {
      self: link(""),
      html: { href: rest.html_url },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: link("/comments"),
      review_comment: link("/comments{/number}"),
      commits: link("/commits"),
      statuses: { href: `${repository_url}/statuses/${pull.headSha}` },
    },
  };
}

function wholePull(pull: StoredPull): Record<string, unknown> {
  return {
    additions: 1,
    deletions: 0,
    changed_files: 1,
    commits: pull.commits.length,
    comments: 0,
    review_comments: 0,
    mergeable: true,
    mergeable_state: "clean",
    merged: pull.mergeSha !== null,
    merged_by: pull.mergeSha === null ? null : answers.user("octocat"),
    maintainer_can_modify: false,
  };
}

function reference(ref: string, sha: string, repository: string): Record<string, unknown> {
  const [owner = "", name = ""] = repository.split("/");
  return { label: `${owner}:${ref}`, ref, sha, user: answers.user(owner), repo: repositoryAnswer(owner, name) };
}
