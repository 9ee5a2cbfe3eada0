import { Failure } from "@slipway/core";
import { dispatchInputs } from "../../act/events.ts";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import { readWorkflows } from "../../act/workflow.ts";
import { awsReads } from "../../local/aws-reads.ts";
import type { Step } from "../../terminal/reporter.ts";
import { type GithubScenario, runningDigest, shortDigest } from "./context.ts";
import { merge, propose } from "./reviewed-change.ts";
import { runInStep } from "./run-in-step.ts";

/** Rolls back manually to the previous version, first as a dry run, then to a revision number. */
export async function rollbacks(scenario: GithubScenario): Promise<void> {
  const { reporter } = scenario;
  const newest = await reporter.step("Rollback to the previous version", async (step) => {
    const before = { digest: await runningDigest(scenario, "staging"), revision: await revision(scenario) };
    await dispatchRollback(scenario, step, { target: "previous-successful", reason: "drill", "dry-run": "true" });
    if ((await runningDigest(scenario, "staging")) !== before.digest)
      throw new Failure("a dry run must change nothing.");
    await dispatchRollback(scenario, step, { target: "previous-successful", reason: "drill", "dry-run": "false" });
    const after = await runningDigest(scenario, "staging");
    if (after === before.digest) throw new Failure(`staging must run the version before ${before.digest}.`);
    step.result(`${before.revision} → ${await revision(scenario)}, ${shortDigest(after)}; the dry run changed nothing`);
    return before;
  });
  await reporter.step("Rollback to a revision", async (step) => {
    const number = newest.revision.split(":").at(-1) ?? "";
    await dispatchRollback(scenario, step, { target: number, reason: "it was not that version", "dry-run": "false" });
    const after = await runningDigest(scenario, "staging");
    if (after !== newest.digest) throw new Failure(`staging must run revision ${number} again, but it runs ${after}.`);
    step.result(`${newest.revision} runs again`);
  });
}

/** `family:number` that the service is at. */
async function revision({ people, environments }: GithubScenario): Promise<string> {
  const { cluster, service } = environments.staging.services.web;
  const state = await awsReads(people.staging).serviceState(cluster, service);
  return state?.taskDefinition.split("/").at(-1) ?? "";
}

/** Starts the workflow `rollback` for staging's `web` manually. */
async function dispatchRollback(
  scenario: GithubScenario,
  step: Step,
  inputs: { readonly target: string; readonly reason: string; readonly "dry-run": string },
): Promise<WorkflowRun> {
  const { repository, events } = scenario;
  const workflow = readWorkflows(repository.folder).get("rollback.yml");
  if (workflow === undefined) throw new Error("rollback.yml must exist");
  const given = dispatchInputs(workflow, { environment: "staging", service: "web", ...inputs });
  const event = events.dispatch("rollback.yml", await repository.sha("main"), given, "octocat");
  return runInStep(scenario, step, { file: "rollback.yml", event });
}

/** Merges a version that never answers and rolls its deployment back while it is in progress. */
export async function inFlight(scenario: GithubScenario): Promise<void> {
  await scenario.reporter.step("Rollback out of a deployment", async (step) => {
    const before = await runningDigest(scenario, "staging");
    const { silent } = scenario.app.changes;
    const pull = await propose(scenario, { branch: "silent", title: silent.message, change: silent });
    const { event, changed } = await merge(scenario, pull);
    let stop: Promise<WorkflowRun> | undefined;
    const run = await runInStep(scenario, step, {
      file: "apply.yml",
      event,
      changed,
      ends: "failure",
      summaries: false,
      onLine: ({ job, text }) => {
        if (stop !== undefined || !job.endsWith("Deploy web to staging") || !text.startsWith("Waiting for ")) return;
        stop = dispatchRollback(scenario, step, {
          target: "in-flight",
          reason: "it never answers",
          "dry-run": "false",
        });
        // Awaited below; it may fail before.
        stop.catch(() => {});
      },
    });
    if (stop === undefined)
      throw new Failure("the deployment must be seen under way before it ends.", undefined, { logPath: run.logPath });
    await stop;
    const after = await runningDigest(scenario, "staging");
    if (after !== before)
      throw new Failure(`staging must be back at ${before}, but it runs ${after}.`, undefined, {
        logPath: run.logPath,
      });
    const comment = scenario.github.state
      .commentsOn({ issue: pull.number })
      .find(({ body }) => /not deployed/.test(body));
    if (comment === undefined)
      throw new Failure(`#${pull.number} must get a comment that its deployment was stopped.`, undefined, {
        logPath: run.logPath,
      });
    step.markdown(comment.body);
    step.result(`#${pull.number} stopped while it was deployed; ${shortDigest(after)} still answers`);
  });
}
