import { environment } from "@slipway/infra";
import { awsReads } from "../../delivery/aws-reads.ts";
import { Failure } from "../../failure.ts";
import type { Step } from "../../report/reporter.ts";
import { dispatchInputs } from "../../workflows/dispatch-inputs.ts";
import { readWorkflows } from "../../workflows/read-workflows.ts";
import type { WorkflowRun } from "../../workflows/run-workflow.ts";
import { appChanges } from "./app-changes.ts";
import type { GithubStory } from "./github-story.ts";
import { merge, propose } from "./pulls.ts";
import { runInStep } from "./run-in-step.ts";
import { runningDigest, shortDigest } from "./running-digest.ts";

/** By hand, to each target: shown first, then done; back by number; and out of a deployment that is under way. */
export async function rollbacks(story: GithubStory): Promise<void> {
  const { reporter } = story;
  const newest = await reporter.step("Rollback to the previous version", async (step) => {
    const before = { digest: await runningDigest(story, "staging"), revision: await revision(story) };
    await rollback(story, step, { target: "previous-successful", reason: "drill", "dry-run": "true" });
    if ((await runningDigest(story, "staging")) !== before.digest) throw new Failure("a dry run must change nothing.");
    await rollback(story, step, { target: "previous-successful", reason: "drill", "dry-run": "false" });
    const after = await runningDigest(story, "staging");
    if (after === before.digest) throw new Failure(`staging must run the version before ${before.digest}.`);
    step.result(`${before.revision} → ${await revision(story)}, ${shortDigest(after)}; the dry run changed nothing`);
    return before;
  });
  await reporter.step("Rollback to a revision", async (step) => {
    const number = newest.revision.split(":").at(-1) ?? "";
    await rollback(story, step, { target: number, reason: "it was not that version", "dry-run": "false" });
    const after = await runningDigest(story, "staging");
    if (after !== newest.digest) throw new Failure(`staging must run revision ${number} again, but it runs ${after}.`);
    step.result(`${newest.revision} runs again`);
  });
  await reporter.step("Rollback out of a deployment", (step) => inFlight(story, step));
}

/** A merge whose version never answers; while it is deployed, somebody stops that. */
async function inFlight(story: GithubStory, step: Step): Promise<void> {
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
      stop = rollback(story, step, { target: "in-flight", reason: "it never answers", "dry-run": "false" });
      // Awaited below; it may fail before.
      stop.catch(() => {});
    },
  });
  if (stop === undefined) throw new Failure("the deployment must be seen under way before it ends.", run.logPath);
  await stop;
  const after = await runningDigest(story, "staging");
  if (after !== before) throw new Failure(`staging must be back at ${before}, but it runs ${after}.`, run.logPath);
  const told = story.github.state.commentsOn({ issue: pull.number }).find(({ body }) => /not deployed/.test(body));
  if (told === undefined)
    throw new Failure(`#${pull.number} must be told that its deployment was stopped.`, run.logPath);
  step.markdown(told.body);
  step.result(`#${pull.number} stopped while it was deployed; ${shortDigest(after)} still answers`);
}

async function rollback(
  story: GithubStory,
  step: Step,
  inputs: { readonly target: string; readonly reason: string; readonly "dry-run": string },
): Promise<WorkflowRun> {
  const { repository, events } = story;
  const workflow = readWorkflows(repository.folder).get("rollback.yml");
  if (workflow === undefined) throw new Error("rollback.yml must exist");
  const given = dispatchInputs(workflow, { environment: "staging", service: "web", ...inputs });
  const event = events.dispatch("rollback.yml", await repository.sha("main"), given, "octocat");
  return runInStep(story, step, { file: "rollback.yml", event });
}

/** `family:number` that the service is at. */
async function revision({ people }: GithubStory): Promise<string> {
  const { name } = environment("staging");
  const state = await awsReads(people.staging).serviceState(name, `${name}-web`);
  return state?.taskDefinition.split("/").at(-1) ?? "";
}
