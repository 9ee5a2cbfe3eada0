/** What starts a workflow, as GitHub would tell it. */
export interface WorkflowEvent {
  readonly name: "pull_request" | "push" | "workflow_dispatch" | "schedule";
  readonly ref: string;
  /** Commit that the workflow runs on: the merge of a pull request, the head of a branch. */
  readonly sha: string;
  readonly actor: string;
  /** Body of the webhook. */
  readonly payload: Readonly<Record<string, unknown>>;
}
