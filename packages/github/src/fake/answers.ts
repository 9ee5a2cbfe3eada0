import type { GithubState, StoredComment, StoredIssue, StoredLabelEvent, StoredStatus } from "./state.ts";

const api = "https://api.github.com";
const web = "https://github.com";
const repo = "octo-org/this-is-project";
const here = `${api}/repos/${repo}`;

/** What GitHub answers for the things in the state, with every field that its description requires. */
export const answers = {
  user(login: string) {
    const name = encodeURIComponent(login);
    const url = `${api}/users/${name}`;
    const parts = [
      "followers",
      "following",
      "gists",
      "starred",
      "subscriptions",
      "organizations",
      "repos",
      "events",
      "received_events",
    ];
    return {
      login,
      id: [...login].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1_000_000, 7),
      node_id: `U_${login}`,
      avatar_url: `https://avatars.githubusercontent.com/${name}`,
      gravatar_id: "",
      url,
      html_url: `${web}/${name}`,
      ...Object.fromEntries(parts.map((part) => [`${part}_url`, `${url}/${part}`])),
      type: login.endsWith("[bot]") ? "Bot" : "User",
      site_admin: false,
    };
  },

  issueComment(comment: StoredComment, issue: number) {
    return {
      id: comment.id,
      node_id: `IC_${comment.id}`,
      url: `${here}/issues/comments/${comment.id}`,
      html_url: `${web}/${repo}/pull/${issue}#issuecomment-${comment.id}`,
      issue_url: `${here}/issues/${issue}`,
      body: comment.body,
      user: answers.user(comment.login),
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
      author_association: "NONE",
    };
  },

  commitComment(comment: StoredComment, commit: string) {
    return {
      id: comment.id,
      node_id: `CC_${comment.id}`,
      url: `${here}/comments/${comment.id}`,
      html_url: `${web}/${repo}/commit/${commit}#commitcomment-${comment.id}`,
      body: comment.body,
      user: answers.user(comment.login),
      position: null,
      line: null,
      path: null,
      commit_id: commit,
      author_association: "NONE",
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
    };
  },

  labelEvent({ id, event, label, login, createdAt }: StoredLabelEvent) {
    return {
      id,
      node_id: `LE_${id}`,
      url: `${here}/issues/events/${id}`,
      actor: answers.user(login),
      event,
      commit_id: null,
      commit_url: null,
      created_at: createdAt,
      performed_via_github_app: null,
      label: { name: label, color: "ededed" },
    };
  },

  commit(sha: string) {
    const url = `${here}/commits/${sha}`;
    const by = { name: "octocat", email: "octocat@example.com", date: "2026-01-01T00:00:00Z" };
    const tree = { sha, url: `${here}/git/trees/${sha}` };
    return {
      url,
      sha,
      node_id: `C_${sha}`,
      html_url: `${web}/${repo}/commit/${sha}`,
      comments_url: `${url}/comments`,
      commit: { url, author: by, committer: by, message: "Change", comment_count: 0, tree },
      author: answers.user("octocat"),
      committer: answers.user("octocat"),
      parents: [],
    };
  },

  label(name: string) {
    return {
      id: 1,
      node_id: `LA_${name}`,
      url: `${here}/labels/${encodeURIComponent(name)}`,
      name,
      description: "",
      color: "ededed",
      default: false,
    };
  },

  file(filename: string) {
    const url = `${web}/${repo}/blob/main/${filename}`;
    return {
      sha: "c".repeat(40),
      filename,
      status: "modified",
      additions: 1,
      deletions: 1,
      changes: 2,
      blob_url: url,
      raw_url: url,
      contents_url: url,
    };
  },

  status({ sha, context, state, description, url }: StoredStatus, login: string, now: string) {
    return {
      url: `${here}/statuses/${sha}`,
      avatar_url: null,
      id: 1,
      node_id: "SC_1",
      state,
      description,
      target_url: url,
      context,
      created_at: now,
      updated_at: now,
      creator: answers.user(login),
    };
  },

  issue(issue: StoredIssue, state: GithubState) {
    const url = `${here}/issues/${issue.number}`;
    const kind = issue.isPull ? "pull" : "issues";
    const pull = `${here}/pulls/${issue.number}`;
    const page = `${web}/${repo}/${kind}/${issue.number}`;
    return {
      id: issue.number + 5000,
      node_id: `I_${issue.number}`,
      url,
      repository_url: here,
      labels_url: `${url}/labels{/name}`,
      comments_url: `${url}/comments`,
      events_url: `${url}/events`,
      html_url: page,
      number: issue.number,
      title: issue.title,
      body: issue.body,
      user: answers.user(issue.login),
      labels: issue.labels.map(answers.label),
      state: issue.state,
      ...(issue.stateReason === null ? {} : { state_reason: issue.stateReason }),
      locked: false,
      assignee: null,
      assignees: [],
      milestone: null,
      comments: state.commentsOn({ issue: issue.number }).length,
      created_at: issue.createdAt,
      updated_at: issue.updatedAt,
      closed_at: issue.state === "closed" ? issue.updatedAt : null,
      author_association: "NONE",
      ...(issue.isPull
        ? { pull_request: { url: pull, html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch` } }
        : {}),
    };
  },
};

const links =
  "archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees clone git ssh svn";

/** A repository with every field that GitHub's description requires. */
export function repositoryAnswer(owner: string, name: string): Record<string, unknown> {
  const url = `https://api.github.com/repos/${owner}/${name}`;
  return {
    id: 4000,
    node_id: "R_4000",
    name,
    full_name: `${owner}/${name}`,
    owner: answers.user(owner),
    private: false,
    html_url: `https://github.com/${owner}/${name}`,
    description: null,
    fork: owner !== "octo-org",
    url,
    ...Object.fromEntries(links.split(" ").map((link) => [`${link}_url`, `${url}/${link}`])),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: "main",
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 1,
    open_issues: 0,
    open_issues_count: 0,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    archived: false,
    disabled: false,
    pushed_at: "2026-01-01T00:00:00Z",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
  };
}
