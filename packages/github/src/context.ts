import { ActionFailure, type Log, pause } from "@slipway/core";
import { type GithubClient, githubClient, ownLogin } from "./client.ts";

/** What every call to GitHub needs. */
export interface GithubContext {
  readonly client: GithubClient;
  readonly owner: string;
  readonly repo: string;
  /** This run; a newer run's report is never overwritten by an older one's. */
  readonly runId: number;
  /** Login that our token writes as, as far as it is known before writing. */
  readonly author: string;
  readonly log: Log;
  readonly wait: (milliseconds: number) => Promise<void>;
}

export interface GithubContextOptions {
  readonly token: string;
  /** Login of another app's token; empty for any other token. */
  readonly author: string;
  /** The parts of `@actions/github`'s context that count here. */
  readonly context: {
    readonly apiUrl: string;
    readonly runId: number;
    readonly repo: { readonly owner: string; readonly repo: string };
  };
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The client and where we are, from the runner's own variables. */
export async function githubContext({
  token,
  author,
  context,
  log,
  signal,
}: GithubContextOptions): Promise<GithubContext> {
  if (token === "") {
    throw new ActionFailure(
      "input-invalid",
      "Input `github-token` () must not be empty",
      "leave it out for the job's own token",
    );
  }
  const client = githubClient({ token, apiUrl: context.apiUrl });
  const wait = (milliseconds: number) => pause(milliseconds, signal);
  const login = author !== "" ? author : await ownLogin(client, token, { wait, info: log.info });
  const runId = Number.isInteger(context.runId) ? context.runId : 0;
  return { client, ...context.repo, runId, author: login, log, wait };
}

/** Address of the run, from the runner's variables; undefined outside of one. */
export function runUrl(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const {
    GITHUB_SERVER_URL: server = "https://github.com",
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: id,
  } = variables;
  return repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined;
}
