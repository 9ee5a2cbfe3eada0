import { Octokit } from "@octokit/core";

export type GithubClient = InstanceType<typeof Octokit>;

export interface GithubClientOptions {
  readonly token: string;
  readonly apiUrl: string;
}

/** Octokit's core: requests by route, typed; the rest of it would be half a megabyte of bundle. */
export function githubClient({ token, apiUrl }: GithubClientOptions): GithubClient {
  const quiet = () => undefined;
  return new Octokit({
    auth: token,
    baseUrl: apiUrl,
    userAgent: "slipway",
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}
