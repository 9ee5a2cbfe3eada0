import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import { shortPlan } from "../jobs.ts";
import { changes } from "../pull-requests.ts";
import { appChanges } from "./bad-version.ts";
import { type GithubStory, outputOf, runningDigest, shortDigest } from "./context.ts";
import { dispatchApply, waitingPlan } from "./first-apply.ts";
import { amend, merge, type OpenPull, propose, toldInstead } from "./reviewed-change.ts";
import { runInStep } from "./run-in-step.ts";

/** A fork's pull request mends what is wrong: it gets no plan; merged, main is planned, and somebody says yes to that. */
export async function outsideChanges(story: GithubStory): Promise<void> {
  const pull = await fork(story);
  await dependabot(story);
  const plan = await mergeOfFork(story, pull);
  await yes(story, plan);
}

async function fork(story: GithubStory): Promise<OpenPull> {
  return story.reporter.step("A fork's pull request", async (step) => {
    const pull = await propose(story, {
      branch: "patch-1",
      title: "Listen for the load balancer, with other memory",
      change: appChanges.listeningServer,
      author: "someone",
      fork: "someone/this-is-project",
    });
    await amend(story, pull, appChanges.workingVersion);
    await amend(story, pull, changes.memory(environment("staging").services.web?.memory ?? 1024));
    step.result(await toldInstead(story, step, pull));
    return pull;
  });
}

async function mergeOfFork(story: GithubStory, pull: OpenPull): Promise<string> {
  return story.reporter.step("Merge of the fork's", async (step) => {
    const before = await runningDigest(story, "staging");
    const { event, changed } = await merge(story, pull);
    const run = await runInStep(story, step, { file: "apply.yml", event, changed, summaries: false, ends: "failure" });
    const waiting = waitingPlan(story, "staging");
    if (waiting === undefined || outputOf(run, "/Apply staging", "plan") !== waiting.id) {
      throw new Failure(
        "a merge without a reviewed plan must plan main, say so in an issue and apply nothing.",
        undefined,
        { logPath: run.logPath },
      );
    }
    if ((await runningDigest(story, "staging")) !== before)
      throw new Failure("nothing may be deployed before a yes.", undefined, { logPath: run.logPath });
    for (const { body } of story.github.state.commentsOn({ issue: pull.number })) step.markdown(body);
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
      throw new Failure(`the plan ${plan} must be applied.`, undefined, { logPath: run.logPath });
    if (waitingPlan(story, "staging") !== undefined)
      throw new Failure("the issue must be closed once its plan is applied.", undefined, { logPath: run.logPath });
    step.result(
      `${shortPlan(plan)} applied, its issue closed; ${shortDigest(await runningDigest(story, "staging"))} in staging`,
    );
  });
}

/** A pull request that gets no credentials though it is of the repository itself. */
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
