import { statusOf, withRetries } from "./client.ts";
import type { GithubContext } from "./context.ts";

/** What counts of a pull request once it may be merged. */
export interface Pull {
  readonly number: number;
  /** Its last commit, before a squash or rebase made others of it. */
  readonly head: string;
  /** Branch it goes to. */
  readonly base: string;
  readonly merged: boolean;
}

/** Reads pull requests through GitHub's REST API. */
export interface PullStore {
  /** Those that brought a commit to its branch, whether merged, squashed or rebased. */
  ofCommit(sha: string): Promise<readonly Pull[]>;
  /** Undefined when there is none of that number. */
  get(number: number): Promise<Pull | undefined>;
  /** Its own commits, the oldest first; GitHub lists 250 at most. */
  commits(number: number): Promise<readonly string[]>;
}

interface RawPull {
  readonly number: number;
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string };
  readonly merged_at: string | null;
}

const perPage = 100;

export function pullStore({ client, owner, repo, log, wait }: GithubContext): PullStore {
  const here = { owner, repo };
  const send = <T>(call: () => Promise<T>) => withRetries(call, { wait, info: log.info });
  return {
    async ofCommit(commit_sha) {
      const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
      const { data } = await send(() => client.request(route, { ...here, commit_sha, per_page: 100 }));
      return data.map(pull);
    },
    async get(pull_number) {
      try {
        const { data } = await send(() =>
          client.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...here, pull_number }),
        );
        return pull(data);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    async commits(pull_number) {
      const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits";
      const found: string[] = [];
      for (let page = 1; ; page += 1) {
        const { data } = await send(() => client.request(route, { ...here, pull_number, per_page: perPage, page }));
        found.push(...data.map(({ sha }) => sha));
        if (data.length < perPage) return found;
      }
    },
  };
}

function pull({ number, head, base, merged_at }: RawPull): Pull {
  return { number, head: head.sha, base: base.ref, merged: merged_at !== null };
}
