import { type CommentTarget, commentStore, type UpsertOptions, upsertComment } from "@slipway/github/comments";
import type { GithubContext } from "@slipway/github/context";

export type KeptComment = Pick<UpsertOptions, "marker" | "body" | "create">;

/** Keeps the one comment of its marker up to date; the outputs say where it is. */
export async function keepComment(
  target: CommentTarget,
  comment: KeptComment,
  context: GithubContext,
): Promise<Readonly<Record<string, string>>> {
  const { runId, author, log } = context;
  const done = await upsertComment(commentStore(context, target), { ...comment, runId, login: author, log });
  if (done.state === "absent") return {};
  if (done.state === "superseded") log.info("A newer run has reported already; its comment stays");
  else log.info(`Comment ${done.state}: ${done.comment.url}`);
  return { "comment-id": String(done.comment.id), "comment-url": done.comment.url };
}
