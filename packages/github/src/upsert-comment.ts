import type { Log } from "@slipway/core";
import type { Comment, CommentStore } from "./comments.ts";
import { type Marker, marker } from "./marker.ts";
import { statusOf } from "./status-of.ts";

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
  const kept = found.length > 0 ? await keepOldest(store, found, text, options) : undefined;
  if (kept !== undefined) return kept;
  if (!options.create && found.length === 0) return { state: "absent" };
  const created = await store.create(text);
  const all = ours(await store.list(), options, created.author);
  if (all[0] === undefined || (all.length === 1 && all[0].id === created.id))
    return { state: "created", comment: created };
  return (await keepOldest(store, all, text, options)) ?? { state: "created", comment: created };
}

function ours(comments: readonly Comment[], options: UpsertOptions, login: string): Comment[] {
  // Anybody can write our marker; only what our own token wrote is ours.
  return comments.filter(({ body, author }) => author === login && marker.runOf(body, options.marker) !== undefined);
}

/** Undefined when the comment was deleted in the meantime. */
async function keepOldest(
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
      return others.length > 0 ? await keepOldest(store, others, text, options) : undefined;
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
