import { ActionFailure, type ActionResult, type Log } from "@slipway/core";
import { githubFailure, writeRefusal } from "@slipway/github/client";
import { commentStore, upsertComment } from "@slipway/github/comments";
import type { GithubContext } from "@slipway/github/context";
import { type DeployOutcome, renderDeploy } from "./render-deploy.ts";

export interface ReportDeployInput extends DeployOutcome {
  readonly pull: number | undefined;
  readonly dryRun: boolean;
}

interface Clients {
  readonly github: () => Promise<GithubContext>;
  readonly log: Log;
}

/** Says on the pull request what became of its deployment. */
export async function reportDeploy(input: ReportDeployInput, { github, log }: Clients): Promise<ActionResult> {
  const { pull, environment, service } = input;
  if (pull === undefined) {
    throw new ActionFailure("input-invalid", "Input `pr-number` () must not be empty", "set it under `with:`");
  }
  const body = renderDeploy(input);
  const nothing = { "comment-id": "", "comment-url": "" };
  if (input.dryRun) return { outputs: nothing, summary: body };
  try {
    const context = await github();
    const done = await upsertComment(commentStore(context, { kind: "issue", number: pull }), {
      marker: { kind: "deploy", key: `environment=${environment} service=${service}` },
      body,
      runId: context.runId,
      login: context.author,
      create: true,
      log,
    });
    if (done.state === "absent") return { outputs: nothing, summary: body };
    log.info(`Comment ${done.state}: ${done.comment.url}`);
    return { outputs: { "comment-id": String(done.comment.id), "comment-url": done.comment.url }, summary: body };
  } catch (error) {
    const refusal = writeRefusal(error);
    if (refusal === undefined) throw githubFailure(error);
    log.warning(`No comment: ${refusal}. What became of the deployment is in the job summary.`);
    return { outputs: nothing, summary: `> [!NOTE]\n> Not posted as a comment: ${refusal}.\n\n${body}` };
  }
}
