import { ActionFailure, type Log, markdown } from "@slipway/core";
import type { CommentTarget } from "@slipway/github/comments";
import type { GithubContext } from "@slipway/github/context";
import { postReport } from "@slipway/github/post";
import { showStatus, upsertReportComment } from "./report-plan.ts";
import type { Subject } from "./subject.ts";

export interface UnplannedInput extends Pick<Subject, "head" | "failedSynth"> {
  readonly environment: string;
  readonly runUrl: string | undefined;
  readonly comment: "always" | "changes" | "never";
  readonly target: CommentTarget | undefined;
  /** True when the event is that of the pull request which is commented on: nothing of it is merged yet. */
  readonly open: boolean;
  /** True: the commit gets a status as well. */
  readonly status: boolean;
  readonly dryRun: boolean;
}

interface Clients {
  readonly github: () => Promise<GithubContext>;
  readonly log: Log;
}

/**
 * Where no report can be posted, the comment says that: it must not go on promising what an earlier commit would do.
 * Gives back what to fail with.
 */
export async function postUnplanned(error: unknown, input: UnplannedInput, { github, log }: Clients): Promise<unknown> {
  const { environment, head, comment, target, open, status, dryRun } = input;
  if (!(error instanceof ActionFailure) || !handedOver.has(error.reason)) return error;
  if (!open || target === undefined || comment === "never" || dryRun) return error;
  const summary = unplannedText(error, input);
  const marker = { kind: "plan", key: `environment=${environment}` };
  const post = async () => {
    const context = await github();
    const outputs = await upsertReportComment(target, { marker, body: summary, create: true }, context);
    const description = input.failedSynth === undefined ? "could not be planned" : "could not be synthesized";
    const url = input.failedSynth?.url ?? input.runUrl;
    if (status) await showStatus({ environment, head, state: "failure", description, url }, context);
    return outputs;
  };
  const posted = await postReport(post, { outputs: {}, summary }, log);
  const outputs = "value" in posted ? posted.value : {};
  return new ActionFailure(error.reason, error.what, error.next, { outputs, summary, cause: error });
}

/** These quote nothing that the planning job said; any other text might hold a secret. */
const handedOver: ReadonlySet<string> = new Set(["report-missing", "report-invalid"]);

function unplannedText({ what }: ActionFailure, { environment, head, runUrl, failedSynth }: UnplannedInput): string {
  const why =
    failedSynth === undefined
      ? what
      : `Its stacks must be synthesized first, and that ended in ${failedSynth.conclusion}`;
  const url = failedSynth?.url ?? runUrl;
  const run = url === undefined ? "the run" : `[the run](${url})`;
  return [
    `## Plan for ${markdown.code(environment)}: **could not be planned** at \`${head.slice(0, 7)}\``,
    `> [!CAUTION]\n> ${markdown.prose(why)}.`,
    `See ${run}, correct what it says, then run it again or push. Merged as it is, \`apply\` applies a plan of this commit if one was stored, else it plans what was merged and waits for approval.\n`,
  ].join("\n\n");
}
