import { Failure } from "@slipway/core";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import { appChanges } from "./app-changes.ts";
import type { GithubStory } from "./context.ts";
import { dispatchRollback } from "./dispatch-rollback.ts";
import { merge, propose } from "./pulls.ts";
import { runInStep } from "./run-in-step.ts";
import { runningDigest, shortDigest } from "./running-digest.ts";

/** A merge whose version never answers; while it is deployed, somebody stops that. */
export async function inFlight(story: GithubStory): Promise<void> {
  await story.reporter.step("Rollback out of a deployment", async (step) => {
    const before = await runningDigest(story, "staging");
    const pull = await propose(story, {
      branch: "loopback",
      title: "Listen locally only",
      change: appChanges.deafServer,
    });
    const { event, changed } = await merge(story, pull);
    let stop: Promise<WorkflowRun> | undefined;
    const run = await runInStep(story, step, {
      file: "apply.yml",
      event,
      changed,
      ends: "failure",
      summaries: false,
      onLine: ({ job, text }) => {
        if (stop !== undefined || !job.endsWith("Deploy web to staging") || !text.startsWith("Waiting for ")) return;
        stop = dispatchRollback(story, step, { target: "in-flight", reason: "it never answers", "dry-run": "false" });
        // Awaited below; it may fail before.
        stop.catch(() => {});
      },
    });
    if (stop === undefined)
      throw new Failure("the deployment must be seen under way before it ends.", undefined, { logPath: run.logPath });
    await stop;
    const after = await runningDigest(story, "staging");
    if (after !== before)
      throw new Failure(`staging must be back at ${before}, but it runs ${after}.`, undefined, {
        logPath: run.logPath,
      });
    const told = story.github.state.commentsOn({ issue: pull.number }).find(({ body }) => /not deployed/.test(body));
    if (told === undefined)
      throw new Failure(`#${pull.number} must be told that its deployment was stopped.`, undefined, {
        logPath: run.logPath,
      });
    step.markdown(told.body);
    step.result(`#${pull.number} stopped while it was deployed; ${shortDigest(after)} still answers`);
  });
}
