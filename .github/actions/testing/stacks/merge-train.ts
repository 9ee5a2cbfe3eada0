import type { FakeGithub } from "@slipway/github/fake";
import type { StoredPull } from "@slipway/github/fake/state";
import type { BundleOptions, BundleRun } from "../run-bundle.ts";
import type { ActionStart, SmallEnvironment } from "./small-environment.ts";

export interface PushedCommits {
  /** The oldest first; the last is the head. */
  readonly commits: readonly string[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Takes changes from pull request to main as the workflows do. */
export interface MergeTrain {
  /** Opens a pull request at a new commit. */
  open(title?: string): StoredPull;
  /** Plans what is written as the change of a pull request, and comments. */
  plan(pull: StoredPull): Promise<BundleRun>;
  /** Merges as a squash does: one new commit, whose SHA is returned. */
  merge(pull: StoredPull): string;
  /** Applies what is written as main after a push. */
  push(pushed: PushedCommits, options?: BundleOptions): Promise<BundleRun>;
  /** Applies what is written as main when somebody asks for it. */
  dispatch(inputs?: Readonly<Record<string, string>>, options?: BundleOptions): Promise<BundleRun>;
  commit(): string;
}

export function mergeTrain(aws: SmallEnvironment, github: FakeGithub): MergeTrain {
  let commits = 0;
  let runs = 100;
  const commit = () => {
    commits += 1;
    return commits.toString(16).padStart(40, "0");
  };
  const start = (values: ActionStart, options?: BundleOptions) => {
    runs += 1;
    // Stacks without a provider, and with provisioners, have no place in the form that our own must have.
    const inputs = { "stacks-dir": aws.stacksDir, "unchecked-stacks": "true", ...values.inputs };
    return aws.start("apply-plan", github, { ...values, runId: runs, inputs }, options);
  };
  return {
    commit,
    open: (title = "Change") => github.state.addPull({ title, headSha: commit() }),
    plan(pull) {
      runs += 1;
      const event = { pull_request: { number: pull.number, head: { sha: pull.headSha }, base: { sha: pull.baseSha } } };
      return aws.start("report-plan", github, { runId: runs, event, inputs: { "stacks-dir": aws.stacksDir } });
    },
    merge(pull) {
      const sha = commit();
      github.state.merge(pull, sha);
      return sha;
    },
    push({ commits: pushed, inputs = {}, variables: more = {} }, options) {
      const head = pushed.at(-1) ?? "";
      const list = pushed.map((id) => ({ id }));
      const event = { repository: { default_branch: "main" }, head_commit: { id: head }, commits: list };
      const variables = { GITHUB_EVENT_NAME: "push", GITHUB_SHA: head, GITHUB_REF: "refs/heads/main" };
      return start({ event, variables: { ...variables, ...more }, inputs }, options);
    },
    dispatch(inputs = {}, options) {
      const event = { repository: { default_branch: "main" } };
      const variables = { GITHUB_EVENT_NAME: "workflow_dispatch", GITHUB_SHA: commit(), GITHUB_REF: "refs/heads/main" };
      return start({ event, variables, inputs }, options);
    },
  };
}
