import { ActionFailure, type ActionResult, type Log, markdown, safeText } from "@slipway/core";
import { githubFailure, writeRefusal } from "@slipway/github/client";
import { commentStore, upsertComment } from "@slipway/github/comments";
import type { GithubContext } from "@slipway/github/context";

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
  const noComment = { "comment-id": "", "comment-url": "" };
  if (input.dryRun) return { outputs: noComment, summary: body };
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
    if (done.state === "absent") return { outputs: noComment, summary: body };
    log.info(`Comment ${done.state}: ${done.comment.url}`);
    return { outputs: { "comment-id": String(done.comment.id), "comment-url": done.comment.url }, summary: body };
  } catch (error) {
    const refusal = writeRefusal(error);
    if (refusal === undefined) throw githubFailure(error);
    log.warning(`No comment: ${refusal}. What became of the deployment is in the job summary.`);
    return { outputs: noComment, summary: `> [!NOTE]\n> Not posted as a comment: ${refusal}.\n\n${body}` };
  }
}

export interface DeployOutcome {
  readonly environment: string;
  readonly service: string;
  readonly digest: string;
  readonly deployed: boolean;
  /** What failed and what to do; empty on success, and when the job died before it could say. */
  readonly failure: string;
  /** Of deploy-service; empty where it did not fail. */
  readonly failureReason: string;
  readonly revision: string;
  readonly previousRevision: string;
  /** ECS did it by itself. */
  readonly rolledBack: boolean;
  /** How our own rollback after a failed check ended; "success", "failure", or anything else for none. */
  readonly rollback: string;
  readonly rollbackRevision: string;
  readonly rollbackFailure: string;
  readonly consoleUrl: string;
  readonly runUrl: string;
}

/** What became of a deployment, as a comment: the state in the heading, the reason, what runs now, and what to do. */
export function renderDeploy(outcome: DeployOutcome): string {
  const { environment, service, digest, deployed, failure, consoleUrl, runUrl } = outcome;
  const facts = markdown.facts([
    ["Image", markdown.code(digest)],
    ["Revision", revisions(outcome)],
  ]);
  const isAddress = /^https:\/\/[\w./?=&%:-]+$/.test(consoleUrl);
  const links = [`[Run](${runUrl})`, ...(isAddress ? [`[deployments in the console](${consoleUrl})`] : [])];
  const reason = deployed
    ? ""
    : `${strange(failure) || "The job ended before it could say why; its log has the rest."}\n\n`;
  return `## ${markdown.code(`${environment}/${service}`)}: ${stateOf(outcome)}\n\n${reason}${facts}\n${after(outcome)}${links.join(" · ")}\n`;
}

/** It quotes what tasks and AWS said. */
const strange = (text: string) => markdown.prose(safeText(text));

const isOvertaken = ({ failureReason }: DeployOutcome) => failureReason === "newer-run-deployed";

function stateOf(outcome: DeployOutcome): string {
  const { deployed, rolledBack, rollback } = outcome;
  if (deployed) return "deployed";
  if (isOvertaken(outcome)) return "**not deployed**, a newer run was faster";
  if (rolledBack) return "**not deployed**, rolled back by ECS";
  if (rollback === "success") return "**not deployed**, rolled back";
  return rollback === "failure" ? "**deployed, does not work, and could not be rolled back**" : "**not deployed**";
}

function revisions({ deployed, revision, previousRevision, rolledBack, rollback, rollbackRevision }: DeployOutcome) {
  const back = rolledBack ? previousRevision : rollback === "success" ? rollbackRevision : "";
  const all = [previousRevision, revision, back].filter((name) => name !== "");
  const shown = all.filter((name, index) => name !== all[index - 1]).map(markdown.code);
  // What runs now stands last, and in bold, where something went wrong.
  return shown
    .map((name, index) => (!deployed && back !== "" && index === shown.length - 1 ? `**${name}**` : name))
    .join(" → ");
}

function after(outcome: DeployOutcome): string {
  const { environment, service, deployed, rollback, rollbackFailure } = outcome;
  if (deployed) return "";
  if (isOvertaken(outcome))
    return "Nothing was rolled back: what the newer run deployed, with this merge in it, goes on.\n\n";
  if (rollback === "failure") {
    const command = `gh workflow run rollback.yml -f environment=${environment} -f service=${service} -f reason=… -f dry-run=false`;
    return `The rollback said: ${strange(rollbackFailure) || "nothing; its log has the rest."}\n\n${markdown.fenced("sh", command)}\n\n`;
  }
  return "The infrastructure that this merge brought stays applied. Fix the app in a new pull request, or revert this one.\n\n";
}
