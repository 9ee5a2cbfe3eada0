import type { GithubContext } from "./context.ts";
import { withRetries } from "./with-retries.ts";

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  readonly url: string;
}

export type CommentTarget =
  | { readonly kind: "issue"; readonly number: number }
  | { readonly kind: "commit"; readonly sha: string };

/** Comments of one pull request, issue or commit, the oldest first. */
export interface CommentStore {
  list(): Promise<readonly Comment[]>;
  create(body: string): Promise<Comment>;
  update(id: number, body: string): Promise<Comment>;
  remove(id: number): Promise<void>;
}

interface RawComment {
  readonly id: number | bigint;
  readonly body?: string | undefined;
  readonly html_url: string;
  readonly user?: { readonly login: string } | null;
}

interface Page {
  readonly found: readonly RawComment[];
  readonly more: boolean;
}

const perPage = 100;

/** The comments on a target, through GitHub's REST API. */
export function commentStore(context: GithubContext, target: CommentTarget): CommentStore {
  const { client, owner, repo, log, wait } = context;
  const here = { owner, repo };
  const ask = <T>(call: () => Promise<T>) => withRetries(call, { wait, info: log.info });
  const page = async (number: number): Promise<Page> => {
    const range = { ...here, per_page: perPage, page: number };
    const answer =
      target.kind === "issue"
        ? await client.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
            ...range,
            issue_number: target.number,
          })
        : await client.request("GET /repos/{owner}/{repo}/commits/{commit_sha}/comments", {
            ...range,
            commit_sha: target.sha,
          });
    // Asked for only where there is one: a full page may be the last.
    return { found: answer.data, more: /rel="next"/.test(answer.headers.link ?? "") };
  };
  return {
    async list() {
      const all: Comment[] = [];
      for (let number = 1; ; number += 1) {
        const { found, more } = await ask(() => page(number));
        all.push(...found.map(comment));
        if (!more) return all.sort((a, b) => a.id - b.id);
      }
    },
    async create(body) {
      const answer = await ask<{ data: RawComment }>(() =>
        target.kind === "issue"
          ? client.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
              ...here,
              issue_number: target.number,
              body,
            })
          : client.request("POST /repos/{owner}/{repo}/commits/{commit_sha}/comments", {
              ...here,
              commit_sha: target.sha,
              body,
            }),
      );
      return comment(answer.data);
    },
    async update(comment_id, body) {
      const answer = await ask<{ data: RawComment }>(() =>
        target.kind === "issue"
          ? client.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...here, comment_id, body })
          : client.request("PATCH /repos/{owner}/{repo}/comments/{comment_id}", { ...here, comment_id, body }),
      );
      return comment(answer.data);
    },
    async remove(comment_id) {
      await ask(() =>
        target.kind === "issue"
          ? client.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...here, comment_id })
          : client.request("DELETE /repos/{owner}/{repo}/comments/{comment_id}", { ...here, comment_id }),
      );
    },
  };
}

function comment({ id, body = "", html_url, user }: RawComment): Comment {
  return { id: Number(id), body, url: html_url, author: user?.login ?? "" };
}
