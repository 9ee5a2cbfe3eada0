import { withRetries } from "./client.ts";
import type { GithubContext } from "./context.ts";

/** An open pull request of this repository's own, as GitHub describes it. */
export interface OpenPull {
  readonly number: number;
  /** Last commit of its branch. */
  readonly head: string;
  /** Commit of the branch that it goes to. */
  readonly base: string;
}

export interface HeadCommit {
  readonly sha: string;
  /** Its branch, where several pull requests have the same head. */
  readonly branch: string;
  /** Branch that the pull request goes to. */
  readonly base: string;
}

/** Its pull requests are read after the merge: what they install was read by nobody here. */
const dependabot = "dependabot[bot]";

/** The open pull request whose head is this commit. None for a fork's or Dependabot's, or once there is a newer commit. */
export async function findOpenPull(github: GithubContext, head: HeadCommit): Promise<OpenPull | undefined> {
  const { client, owner, repo, log, wait } = github;
  const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
  const here = { owner, repo, commit_sha: head.sha, per_page: 100 };
  const { data } = await withRetries(() => client.request(route, here), { wait, info: log.info });
  const found = data.filter(
    (pull) =>
      pull.state === "open" &&
      pull.base.ref === head.base &&
      pull.head.sha === head.sha &&
      pull.head.repo?.full_name === `${owner}/${repo}` &&
      pull.user?.login !== dependabot,
  );
  const pull = found.find((each) => each.head.ref === head.branch) ?? found[0];
  return pull === undefined ? undefined : { number: pull.number, head: pull.head.sha, base: pull.base.sha };
}

/** GitHub lists no more than these. */
const mostPages = 30;

/** Paths that a pull request changes, also those that it renames. */
export async function changedFiles(github: GithubContext, pull_number: number): Promise<readonly string[]> {
  const { client, owner, repo, log, wait } = github;
  const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files";
  const paths: string[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const here = { owner, repo, pull_number, per_page: 100, page };
    const { data } = await withRetries(() => client.request(route, here), { wait, info: log.info });
    for (const { filename, previous_filename: before } of data) paths.push(filename, ...(before ? [before] : []));
    if (data.length < 100) break;
  }
  return paths;
}

export interface CommitStatus {
  readonly sha: string;
  /** Its name beside the checks of the pull request. */
  readonly context: string;
  readonly state: "success" | "failure";
  readonly description: string;
  readonly url: string | undefined;
}

/** Shows a result beside the checks of a commit; the newest of a name counts. */
export async function setStatus(github: GithubContext, status: CommitStatus): Promise<void> {
  const { client, owner, repo, log, wait } = github;
  const { sha, context, state, url } = status;
  // GitHub refuses longer ones.
  const description = status.description.slice(0, 140);
  const target = url === undefined ? {} : { target_url: url };
  const route = "POST /repos/{owner}/{repo}/statuses/{sha}";
  const body = { owner, repo, sha, context, state, description, ...target };
  await withRetries(() => client.request(route, body), { wait, info: log.info });
}
