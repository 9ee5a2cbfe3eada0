import { answers } from "./answers.ts";
import { notFound } from "./errors.ts";
import type { Answer, Call, Handler } from "./issue-handlers.ts";
import type { StoredIssue } from "./state.ts";

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
      if (labels !== undefined) issue.labels = names(labels);
      issue.updatedAt = state.now();
      return { status: 200, body: answers.issue(issue, state) };
    }),
  "issues/list-labels-on-issue": (call, state) =>
    onIssue(call, state, (issue) => ({ status: 200, body: issue.labels.map(answers.label) })),
  "issues/add-labels": (call, state) =>
    onIssue(call, state, (issue) => {
      issue.labels = [...new Set([...issue.labels, ...names(call.body.labels)])];
      for (const label of issue.labels) state.labels.add(label);
      return { status: 200, body: issue.labels.map(answers.label) };
    }),
  "issues/remove-label": (call, state) =>
    onIssue(call, state, (issue) => {
      issue.labels = issue.labels.filter((label) => label !== call.params.name);
      return { status: 200, body: issue.labels.map(answers.label) };
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
