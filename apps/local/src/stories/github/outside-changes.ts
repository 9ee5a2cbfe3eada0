import { environment } from "@slipway/infra";
import { Failure } from "../../failure.ts";
import { changes } from "../changes.ts";
import { shortPlan } from "../jobs.ts";
import { pushTo } from "../pull-requests.ts";
import { appChanges } from "./app-changes.ts";
import { dispatchApply } from "./first-apply.ts";
import type { GithubStory } from "./github-story.ts";
import { outputOf } from "./output-of.ts";
import { merge, type OpenPull, planPull, propose } from "./pulls.ts";
import { runInStep } from "./run-in-step.ts";
import { runningDigest, shortDigest } from "./running-digest.ts";
import { waitingPlan } from "./waiting-plan.ts";

/** Pull requests that get no credentials: they are told what happens instead, and merged, somebody says yes to the plan of main. */
export async function outsideChanges(story: GithubStory): Promise<void> {
  await dependabot(story);
  const pull = await fork(story);
  const plan = await mergeOfFork(story, pull);
  await yes(story, plan);
}

async function dependabot(story: GithubStory): Promise<void> {
  await story.reporter.step("Dependabot's pull request", async (step) => {
    const pull = await propose(story, {
      branch: "dependabot/pip/django",
      title: "Bump django",
      change: changes.readme,
      author: "dependabot[bot]",
    });
    step.result(await toldInstead(story, step, pull));
  });
}

async function fork(story: GithubStory): Promise<OpenPull> {
  return story.reporter.step("A fork's pull request", async (step) => {
    const pull = await propose(story, {
      branch: "patch-1",
      title: "Listen for the load balancer, with more memory",
      change: appChanges.listeningServer,
      author: "someone",
      fork: "someone/this-is-project",
    });
    await pushTo(story, pull, changes.memory(environment("staging").services.web?.memory ?? 1024));
    step.result(await toldInstead(story, step, pull));
    return pull;
  });
}

/** Runs the plan workflow, in which nothing may be planned. */
async function toldInstead(story: GithubStory, step: Parameters<typeof planPull>[1], pull: OpenPull): Promise<string> {
  const run = await planPull(story, step, pull, "opened");
  const [summary] = run.summaries;
  if (summary === undefined || run.jobs.length !== 1)
    throw new Failure(`#${pull.number} must only be told what happens instead.`, run.logPath);
  step.markdown(summary.markdown);
  if (story.github.state.commentsOn({ issue: pull.number }).length > 0)
    throw new Failure(`#${pull.number} must get no comment: its run may not write.`, run.logPath);
  return `#${pull.number} by ${pull.author}: no plan, and told why`;
}

async function mergeOfFork(story: GithubStory, pull: OpenPull): Promise<string> {
  return story.reporter.step("Its merge", async (step) => {
    const before = await runningDigest(story, "staging");
    const { event, changed, sha } = await merge(story, pull);
    const run = await runInStep(story, step, { file: "apply.yml", event, changed, summaries: false });
    const waiting = waitingPlan(story, "staging");
    if (waiting === undefined || outputOf(run, "/Apply staging", "plan") !== waiting.id) {
      throw new Failure(
        "a merge without a reviewed plan must plan main, say so in an issue and apply nothing.",
        run.logPath,
      );
    }
    if ((await runningDigest(story, "staging")) !== before)
      throw new Failure("nothing may be deployed before a yes.", run.logPath);
    const [comment] = story.github.state.commentsOn({ commit: sha });
    if (comment !== undefined) step.markdown(comment.body);
    step.result(
      `main is planned, nothing applied; issue #${waiting.issue} waits for a yes to ${shortPlan(waiting.id)}`,
    );
    return waiting.id;
  });
}

async function yes(story: GithubStory, plan: string): Promise<void> {
  await story.reporter.step("A yes by hand", async (step) => {
    const run = await dispatchApply(story, step, { environment: "staging", plan });
    if (
      outputOf(run, "/Apply staging", "plan") !== plan ||
      outputOf(run, "/Apply staging", "applied-stacks") !== "service"
    )
      throw new Failure(`the plan ${plan} must be applied.`, run.logPath);
    if (waitingPlan(story, "staging") !== undefined)
      throw new Failure("the issue must be closed once its plan is applied.", run.logPath);
    step.result(
      `${shortPlan(plan)} applied, its issue closed; ${shortDigest(await runningDigest(story, "staging"))} in staging`,
    );
  });
}
