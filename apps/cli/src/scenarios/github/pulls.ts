import { Failure } from "@slipway/core";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import type { WorkflowEvent } from "../../act/workflow-event.ts";
import type { Step } from "../../terminal/reporter.ts";
import { type Change, openPull, type PullRequest, pushTo, squashMerge } from "../pull-requests.ts";
import { changedPaths } from "./changed-paths.ts";
import type { GithubStory, StoryEnvironment } from "./context.ts";
import { runInStep } from "./run-in-step.ts";

export interface Proposal {
  readonly branch: string;
  readonly title: string;
  readonly change: Change;
  /** @default octocat */
  readonly author?: string;
  /** `owner/name` of a fork. @default the repository itself */
  readonly fork?: string;
}

export interface OpenPull extends PullRequest {
  readonly author: string;
  readonly headRepository: string;
}

/** Opens a pull request. */
export async function propose(story: GithubStory, proposal: Proposal): Promise<OpenPull> {
  const pull = await openPull(story, proposal);
  const { author = "octocat", fork = story.runner.identity.repository } = proposal;
  return { ...pull, author, headRepository: fork };
}

/** Adds a commit to it. */
export const amend = (story: GithubStory, pull: OpenPull, change: Change): Promise<void> => pushTo(story, pull, change);

/** The workflow `plan` on a pull request as it is now, run on the merge of it into main. */
export async function planPull(
  story: GithubStory,
  step: Step,
  pull: OpenPull,
  action: "opened" | "synchronize",
): Promise<WorkflowRun> {
  const { repository, events } = story;
  const [headSha, baseSha] = [await repository.sha(pull.branch), await repository.sha("main")];
  const mergeSha = await repository.mergeRef(pull.branch);
  const event = events.pullRequest({ ...pull, headRef: pull.branch, headSha, baseSha, mergeSha, labels: [] }, action);
  const changed = await changedPaths(repository.folder, baseSha, mergeSha);
  return runInStep(story, step, { file: "plan.yml", event, changed, summaries: false });
}

/** Merges by squash; gives the push to main that comes of it, and what it changes. */
export async function merge(
  story: GithubStory,
  pull: OpenPull,
): Promise<{ readonly event: WorkflowEvent; readonly changed: readonly string[]; readonly sha: string }> {
  const before = await story.repository.sha("main");
  const sha = await squashMerge(story, pull);
  const event = story.events.push(before, [{ id: sha, message: `${pull.title} (#${pull.number})` }], "octocat");
  return { event, sha, changed: await changedPaths(story.repository.folder, before, sha) };
}

/** The one comment that a pull request has for the plan of an environment. */
export function planComment({ github }: GithubStory, { number }: OpenPull, environment: StoryEnvironment) {
  const start = `<!-- slipway:plan:v1 environment=${environment} `;
  const found = github.state.commentsOn({ issue: number }).filter(({ body }) => body.startsWith(start));
  const [comment] = found;
  if (comment === undefined || found.length !== 1) {
    throw new Failure(`#${number} must have one comment with the plan of ${environment}, but it has ${found.length}.`);
  }
  return {
    id: comment.id,
    body: comment.body,
    plan: /^<!-- slipway:manifest:v1 .* plan=([0-9a-f]{64}) -->$/m.exec(comment.body)?.[1],
  };
}
