import { answers, repositoryAnswer } from "./answers.ts";
import { type Answer, type Call, notFound } from "./errors.ts";
import type { GithubState, StoredComment, StoredIssue, StoredPull } from "./state.ts";

export type Handler = (call: Call, state: GithubState) => Answer;

const longestBody = 65_536;

/** What each call does to the state, by GitHub's own names for the calls. */
export const handlers: Readonly<Record<string, Handler>> = {
  "issues/list-comments": ({ params, query }, state) => {
    const issue = Number(params.issue_number);
    if (!state.issues.has(issue)) return notFound;
    return page(state.commentsOn({ issue }), query, (comment) => answers.issueComment(comment, issue));
  },
  "issues/create-comment": ({ params, body, login }, state) => {
    const issue = Number(params.issue_number);
    if (!state.issues.has(issue)) return notFound;
    return (
      tooLong(body) ?? {
        status: 201,
        body: answers.issueComment(state.addComment({ issue }, login, String(body.body)), issue),
      }
    );
  },
  "issues/get-comment": ({ params }, state) =>
    onComment(state, params, (comment) => ({ status: 200, body: shown(comment) })),
  "issues/update-comment": ({ params, body }, state) =>
    onComment(state, params, (comment) => tooLong(body) ?? rewritten(comment, String(body.body), state)),
  "issues/delete-comment": ({ params }, state) => onComment(state, params, (comment) => removed(comment, state)),
  "repos/list-comments-for-commit": ({ params, query }, state) =>
    page(state.commentsOn({ commit: params.commit_sha ?? "" }), query, (comment) =>
      answers.commitComment(comment, params.commit_sha ?? ""),
    ),
  "repos/create-commit-comment": ({ params, body, login }, state) => {
    const commit = params.commit_sha ?? "";
    return (
      tooLong(body) ?? {
        status: 201,
        body: answers.commitComment(state.addComment({ commit }, login, String(body.body)), commit),
      }
    );
  },
  "repos/get-commit-comment": ({ params }, state) =>
    onComment(state, params, (comment) => ({ status: 200, body: shown(comment) })),
  "repos/update-commit-comment": ({ params, body }, state) =>
    onComment(state, params, (comment) => tooLong(body) ?? rewritten(comment, String(body.body), state)),
  "repos/delete-commit-comment": ({ params }, state) => onComment(state, params, (comment) => removed(comment, state)),
};

function onComment(state: GithubState, params: Call["params"], act: (comment: StoredComment) => Answer): Answer {
  const comment = state.comments.find(({ id }) => id === Number(params.comment_id));
  return comment === undefined ? notFound : act(comment);
}

function shown(comment: StoredComment): unknown {
  return "issue" in comment.on
    ? answers.issueComment(comment, comment.on.issue)
    : answers.commitComment(comment, comment.on.commit);
}

function rewritten(comment: StoredComment, body: string, state: GithubState): Answer {
  comment.body = body;
  comment.updatedAt = state.now();
  return { status: 200, body: shown(comment) };
}

function removed(comment: StoredComment, state: GithubState): Answer {
  state.comments = state.comments.filter((other) => other !== comment);
  return { status: 204 };
}

function tooLong(body: Call["body"]): Answer | undefined {
  if (String(body.body ?? "").length <= longestBody) return undefined;
  const message = `Validation Failed: body is too long (maximum is ${longestBody} characters)`;
  return { status: 422, body: { message, documentation_url: "https://docs.github.com/rest" } };
}

function page<T>(all: readonly T[], query: Call["query"], show: (item: T) => unknown): Answer {
  const size = Number(query.per_page ?? 30);
  const number = Number(query.page ?? 1);
  const end = number * size;
  const next = `<https://api.github.com/repositories/4000/comments?per_page=${size}&page=${number + 1}>; rel="next"`;
  return {
    status: 200,
    body: all.slice(end - size, end).map(show),
    ...(end < all.length ? { headers: { link: next } } : {}),
  };
}

/** The calls on issues, labels and pull requests. */
export const issueHandlers: Readonly<Record<string, Handler>> = {
  "users/get-authenticated": ({ login }) => ({
    status: 200,
    body: { ...answers.user(login), ...profile },
  }),
  "issues/list-for-repo": ({ query }, state) => {
    const wanted = (query.labels ?? "").split(",").filter((label) => label !== "");
    const found = [...state.issues.values()].filter(
      (issue) =>
        (query.state === "all" || issue.state === (query.state ?? "open")) &&
        wanted.every((label) => issue.labels.includes(label)) &&
        (query.creator === undefined || issue.login === query.creator),
    );
    const size = Number(query.per_page ?? 30);
    const first = (Number(query.page ?? 1) - 1) * size;
    // The newest first, as GitHub has it.
    const shown = found.reverse().slice(first, first + size);
    return { status: 200, body: shown.map((issue) => answers.issue(issue, state)) };
  },
  "issues/create": ({ body, login }, state) => {
    const issue = state.addIssue({
      title: String(body.title),
      body: String(body.body ?? ""),
      login,
      labels: names(body.labels),
    });
    return { status: 201, body: answers.issue(issue, state) };
  },
  "issues/get": (call, state) => onIssue(call, state, (issue) => ({ status: 200, body: answers.issue(issue, state) })),
  "issues/update": (call, state) =>
    onIssue(call, state, (issue) => {
      const { title, body, state: wanted, state_reason, labels } = call.body;
      if (typeof title === "string") issue.title = title;
      if (typeof body === "string") issue.body = body;
      if (wanted === "open" || wanted === "closed") issue.state = wanted;
      if (typeof state_reason === "string") issue.stateReason = state_reason;
      if (labels !== undefined) state.setLabels(issue, names(labels), call.login);
      issue.updatedAt = state.now();
      return { status: 200, body: answers.issue(issue, state) };
    }),
  "issues/list-labels-on-issue": (call, state) =>
    onIssue(call, state, (issue) => ({ status: 200, body: issue.labels.map(answers.label) })),
  "issues/add-labels": (call, state) =>
    onIssue(call, state, (issue) => {
      state.setLabels(issue, [...issue.labels, ...names(call.body.labels)], call.login);
      return { status: 200, body: issue.labels.map(answers.label) };
    }),
  "issues/remove-label": (call, state) =>
    onIssue(call, state, (issue) => {
      const rest = issue.labels.filter((label) => label !== call.params.name);
      state.setLabels(issue, rest, call.login);
      return { status: 200, body: issue.labels.map(answers.label) };
    }),
  "issues/list-events": (call, state) =>
    onIssue(call, state, ({ number }) => {
      const events = state.labelEvents.filter(({ issue }) => issue === number);
      return page(events, call.query, answers.labelEvent);
    }),
  "issues/list-labels-for-repo": (_, state) => ({ status: 200, body: [...state.labels].map(answers.label) }),
  "issues/create-label": ({ body }, state) => {
    state.labels.add(String(body.name));
    return { status: 201, body: answers.label(String(body.name)) };
  },
  "issues/get-label": ({ params }, state) =>
    state.labels.has(params.name ?? "") ? { status: 200, body: answers.label(params.name ?? "") } : notFound,
};

function onIssue(call: Call, state: Parameters<Handler>[1], act: (issue: StoredIssue) => Answer): Answer {
  const issue = state.issues.get(Number(call.params.issue_number));
  return issue === undefined ? notFound : act(issue);
}

function names(labels: unknown): string[] {
  const list = Array.isArray(labels) ? labels : [];
  return list.map((label) => (typeof label === "string" ? label : String((label as { name?: string }).name)));
}

const profile = {
  name: null,
  company: null,
  blog: null,
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: 0,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

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
  "pulls/list-commits": ({ params, query }, state) => {
    const pull = state.pulls.get(Number(params.pull_number));
    if (pull === undefined) return notFound;
    const own = pull.commits.filter((sha) => sha !== pull.mergeSha);
    return page(own, query, answers.commit);
  },
  "repos/get-collaborator-permission-level": ({ params: { username = "" } }, state) => {
    const permission = state.permissions.get(username) ?? "read";
    const user = { ...answers.user(username), role_name: permission };
    return { status: 200, body: { permission, role_name: permission, user } };
  },
  "repos/list-pull-requests-associated-with-commit": ({ params }, state) => {
    const found = [...state.pulls.values()].filter(({ commits }) => commits.includes(params.commit_sha ?? ""));
    const shown = found.map((pull) => simplePull(state.issues.get(pull.number) as StoredIssue, pull, state));
    return { status: 200, body: shown };
  },
  "pulls/list-files": ({ params, query }, state) => {
    const pull = state.pulls.get(Number(params.pull_number));
    return pull === undefined ? notFound : page(pull.files, query, answers.file);
  },
  "repos/create-commit-status": ({ params, body, login }, state) => {
    const text = (value: unknown) => (value === undefined ? null : String(value));
    const status = {
      sha: params.sha ?? "",
      context: String(body.context),
      state: String(body.state),
      description: text(body.description),
      url: text(body.target_url),
    };
    state.statuses.push(status);
    return { status: 201, body: answers.status(status, login, state.now()) };
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
