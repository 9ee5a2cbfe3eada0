import type { Log } from "@slipway/core";
import { statusOf, withRetries } from "./client.ts";
import type { GithubContext } from "./context.ts";

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  readonly url: string;
}

export type CommentTarget =
  | { readonly kind: "issue"; readonly number: number }
  | { readonly kind: "commit"; readonly sha: string };

/** Comments of one pull request, issue or commit, the oldest first. */
interface CommentStore {
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
  const send = <T>(call: () => Promise<T>) => withRetries(call, { wait, info: log.info });
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
        const { found, more } = await send(() => page(number));
        all.push(...found.map(comment));
        if (!more) return all.sort((a, b) => a.id - b.id);
      }
    },
    async create(body) {
      const answer = await send<{ data: RawComment }>(() =>
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
      const answer = await send<{ data: RawComment }>(() =>
        target.kind === "issue"
          ? client.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...here, comment_id, body })
          : client.request("PATCH /repos/{owner}/{repo}/comments/{comment_id}", { ...here, comment_id, body }),
      );
      return comment(answer.data);
    },
    async remove(comment_id) {
      await send(() =>
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

export interface UpsertOptions {
  readonly marker: Marker;
  readonly body: string;
  readonly runId: number;
  /** The login we expect to write as; the first answer corrects it. */
  readonly login: string;
  /** False: a comment that exists is updated, none is made. */
  readonly create: boolean;
  readonly log: Log;
}

export type Upserted =
  | { readonly state: "created" | "updated" | "superseded"; readonly comment: Comment }
  | { readonly state: "absent" };

/**
 * Keeps one comment per marker: updates ours or makes it. Two runs may both find none and both make one; each therefore
 * looks again after making, and the oldest is the one that stays.
 */
export async function upsertComment(store: CommentStore, options: UpsertOptions): Promise<Upserted> {
  const text = `${marker.line(options.marker, options.runId)}\n${options.body}`;
  const found = ours(await store.list(), options, options.login);
  const updated = found.length > 0 ? await updateOldest(store, found, text, options) : undefined;
  if (updated !== undefined) return updated;
  if (!options.create && found.length === 0) return { state: "absent" };
  const created = await store.create(text);
  const all = ours(await store.list(), options, created.author);
  if (all[0] === undefined || (all.length === 1 && all[0].id === created.id))
    return { state: "created", comment: created };
  return (await updateOldest(store, all, text, options)) ?? { state: "created", comment: created };
}

function ours(comments: readonly Comment[], options: UpsertOptions, login: string): Comment[] {
  // Anybody can write the marker, so the author must be our own token.
  return comments.filter(({ body, author }) => author === login && marker.runOf(body, options.marker) !== undefined);
}

/** Undefined when the comment was deleted in the meantime. */
async function updateOldest(
  store: CommentStore,
  found: readonly Comment[],
  text: string,
  options: UpsertOptions,
): Promise<Upserted | undefined> {
  const [oldest, ...others] = found;
  if (oldest === undefined) return undefined;
  const newest = found.reduce((a, b) => (runOf(b, options) > runOf(a, options) ? b : a));
  // What a newer run wrote into a comment that goes must not be lost with it.
  const wanted = runOf(newest, options) > options.runId ? newest.body : text;
  let comment: Comment = oldest;
  if (oldest.body !== wanted) {
    try {
      comment = await store.update(oldest.id, wanted);
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      options.log.info(`Comment ${oldest.id} was deleted meanwhile`);
      return others.length > 0 ? await updateOldest(store, others, text, options) : undefined;
    }
  }
  for (const { id } of others) await removeOnce(store, id);
  return { state: wanted === text ? "updated" : "superseded", comment };
}

function runOf(comment: Comment, options: UpsertOptions): number {
  return marker.runOf(comment.body, options.marker) ?? 0;
}

async function removeOnce(store: CommentStore, id: number): Promise<void> {
  try {
    await store.remove(id);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

export interface Marker {
  /** What the text is, as `plan`. */
  readonly kind: string;
  /** Which of them, as `environment=production`; no part of another's. */
  readonly key: string;
}

/** The hidden first line by which a comment or issue of ours is found again; it says also which run wrote it. */
export const marker = {
  line({ kind, key }: Marker, runId: number): string {
    return `<!-- slipway:${kind}:v1 ${key} run=${runId} -->`;
  },

  /** The run that wrote a text of this kind and key; undefined for any other text. */
  runOf(text: string, { kind, key }: Marker): number | undefined {
    const start = `<!-- slipway:${kind}:v1 ${key} run=`;
    if (!text.startsWith(start)) return undefined;
    const digits = /^(\d+) -->/.exec(text.slice(start.length));
    return digits === null ? undefined : Number(digits[1]);
  },
};
