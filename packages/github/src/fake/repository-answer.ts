import { answers } from "./answers.ts";

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
