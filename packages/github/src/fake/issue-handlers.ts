import { answers } from "./answers.ts";
import { notFound } from "./errors.ts";
import type { GithubState, StoredComment } from "./state.ts";

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly login: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

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
