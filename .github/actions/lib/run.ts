import * as core from "@actions/core";
import type { ActionContext, ActionResult } from "@slipway/core/action";
import { toFailure } from "@slipway/core/aws-errors";
import { ActionFailure } from "@slipway/core/failure";
import type { Log } from "@slipway/core/log";

const log: Log = {
  info: (line) => core.info(line),
  warning: (text) => core.warning(text),
  mask: (secret) => core.setSecret(secret),
};

/** Runs one action: the only place that catches, sets outputs, writes the summary and fails the step. */
export async function run(title: string, action: (context: ActionContext) => Promise<ActionResult>): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    const result = await action({ log, signal: interruption.signal });
    await report({ ...result.outputs, "failure-reason": "", "failure-message": "" }, result.summary);
  } catch (error) {
    const failure = error instanceof ActionFailure ? error : toFailure(error);
    if (failure.reason === "unexpected" && error instanceof Error) core.info(error.stack ?? error.message);
    core.setFailed(failure.message);
    await report(
      { ...failure.outputs, "failure-reason": failure.reason, "failure-message": failure.message },
      failure.summary ?? failureSummary(title, failure),
    );
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

async function report(outputs: Readonly<Record<string, string>>, summary: string): Promise<void> {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  // Runners without summaries leave the variable unset.
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(summary, true).write();
}

/** The job summary of a failure that brings none of its own. */
function failureSummary(title: string, failure: ActionFailure): string {
  return `## ${title}: failed\n\n${failure.what}.\n\n**Next:** ${failure.next}.\n\nReason: \`${failure.reason}\`\n`;
}
