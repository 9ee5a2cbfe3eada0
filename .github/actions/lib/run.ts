import { appendFile } from "node:fs/promises";
import * as core from "@actions/core";
import type { ActionContext, ActionResult } from "@slipway/core/action";
import { toFailure } from "@slipway/core/aws-errors";
import { ActionFailure } from "@slipway/core/failure";
import type { Log } from "@slipway/core/log";
import { markdown } from "@slipway/core/markdown";
import { logText, safeText } from "@slipway/core/redact/safe-text";

const given = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ACTIONS_RUNTIME_TOKEN", "INPUT_GITHUB-TOKEN"];
/** Hidden in all that leaves the process, in whatever writing. */
let secrets = given.map((name) => process.env[name] ?? "").filter((value) => value.length >= 6);

const log: Log = {
  info: (line) => core.info(logText(line, secrets)),
  warning: (text) => core.warning(safeText(text, secrets)),
  mask: (secret) => {
    secrets = [...secrets, secret];
    core.setSecret(secret);
  },
};

interface Ending {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Runs one action: the only place that catches, sets outputs, writes the summary and fails the step. What goes out is redacted here. */
export async function run(title: string, action: (context: ActionContext) => Promise<ActionResult>): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const { outputs, summary } = await ending(title, () => action({ log, signal: interruption.signal }));
  setOutputs(outputs);
  await writeSummary(summary);
  process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
}

async function ending(title: string, work: () => Promise<ActionResult>): Promise<Ending> {
  try {
    const { outputs, summary } = await work();
    return { outputs: { ...outputs, "failure-reason": "", "failure-message": "" }, summary };
  } catch (error) {
    const failure = error instanceof ActionFailure ? error : toFailure(error);
    if (failure.reason === "unexpected" && error instanceof Error) log.info(error.stack ?? error.message);
    const message = safeText(failure.message, secrets);
    core.setFailed(message);
    return {
      outputs: { ...failure.outputs, "failure-reason": failure.reason, "failure-message": message },
      summary: failure.summary ?? failureSummary(title, failure),
    };
  }
}

/** Without its outputs a step must not count as a success: later steps would decide on empty values. */
function setOutputs(outputs: Ending["outputs"]): void {
  try {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  } catch (error) {
    const what = `GITHUB_OUTPUT (${process.env.GITHUB_OUTPUT}) must be writable (${(error as Error).message})`;
    core.setFailed(`${what}; the log says how the work itself ended. Repair the runner's disk, then run again.`);
  }
}

/** The summary is only a report: that it cannot be written changes nothing in how the work ended. */
async function writeSummary(summary: string): Promise<void> {
  // Runners without summaries leave the variable unset.
  const path = process.env.GITHUB_STEP_SUMMARY;
  if (!path) return;
  try {
    await appendFile(path, `${safeText(summary, secrets)}\n`);
  } catch (error) {
    const what = `GITHUB_STEP_SUMMARY (${path}) could not be written (${(error as Error).message})`;
    core.warning(`${what}; the step ends as its work did.`);
  }
}

/** The job summary of a failure that brings none of its own. */
function failureSummary(title: string, failure: ActionFailure): string {
  return `## ${title}: failed\n\n${markdown.prose(failure.what)}.\n\n**Next:** ${markdown.prose(failure.next)}.\n\nReason: \`${failure.reason}\`\n`;
}
