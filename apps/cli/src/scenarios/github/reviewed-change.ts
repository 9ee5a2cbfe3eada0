import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import { changes } from "../changes.ts";
import { shortPlan } from "../jobs.ts";
import type { GithubStory } from "./context.ts";
import { outputOf } from "./output-of.ts";
import { amend, merge, type OpenPull, planComment, planPull, propose } from "./pulls.ts";
import { runInStep } from "./run-in-step.ts";
import { runningDigest, shortDigest } from "./running-digest.ts";

/** A pull request with a mistake, its fix in the same comment, and the merge: staging, a yes, production with the same image. */
export async function reviewedChange(story: GithubStory): Promise<void> {
  const { pull, comment } = await pullWithMistake(story);
  const plan = await fix(story, pull, comment);
  await mergeToProduction(story, pull, plan);
}

async function pullWithMistake(story: GithubStory): Promise<{ pull: OpenPull; comment: number }> {
  return story.reporter.step("Pull request", async (step) => {
    const pull = await propose(story, {
      branch: "web-memory",
      title: "Web: more memory",
      change: changes.memoryAndPort(environment("staging").services.web?.memory ?? 1024),
    });
    await planPull(story, step, pull, "opened");
    const [staging, production] = [planComment(story, pull, "staging"), planComment(story, pull, "production")];
    step.markdown(staging.body);
    step.markdown(production.body);
    step.result(`#${pull.number} planned for staging and production; staging's plan replaces too much`);
    return { pull, comment: staging.id };
  });
}

async function fix(story: GithubStory, pull: OpenPull, comment: number): Promise<string> {
  return story.reporter.step("Its fix", async (step) => {
    await amend(story, pull, changes.portAsItWas);
    await planPull(story, step, pull, "synchronize");
    const { id, body, plan } = planComment(story, pull, "staging");
    if (id !== comment)
      throw new Failure(`#${pull.number} must keep its comment (${comment}), but it got another one (${id}).`);
    if (plan === undefined) throw new Failure(`the comment of #${pull.number} must name its plan.`);
    step.markdown(body);
    step.result(`the same comment, now ${shortPlan(plan)}`);
    return plan;
  });
}

async function mergeToProduction(story: GithubStory, pull: OpenPull, plan: string): Promise<void> {
  await story.reporter.step("Merge", async (step) => {
    const before = await runningDigest(story, "production");
    const { event, changed, sha } = await merge(story, pull);
    let untouched: boolean | undefined;
    const run = await runInStep(story, step, {
      file: "apply.yml",
      event,
      changed,
      // What a reviewer sees who is asked: staging has it, production does not yet.
      review: async () => {
        untouched = (await runningDigest(story, "production")) === before;
        return "octocat approved production";
      },
    });
    const applied = outputOf(run, "/Apply staging", "plan");
    if (applied !== plan || outputOf(run, "/Apply staging", "applied-stacks") !== "service") {
      throw new Failure(
        `the merge must apply ${plan}, the plan of the comment, but it applied ${applied}.`,
        undefined,
        { logPath: run.logPath },
      );
    }
    const [staging, production] = [await runningDigest(story, "staging"), await runningDigest(story, "production")];
    if (staging !== production)
      throw new Failure(`production must run staging's image ${staging}, but it runs ${production}.`);
    if (staging === before || untouched !== true)
      throw new Failure("production must get the new image after the yes, and not before.");
    for (const { body } of story.github.state.commentsOn({ issue: pull.number }).slice(2)) step.markdown(body);
    step.result(
      `${sha.slice(0, 7)}: ${shortPlan(plan)} applied; ${shortDigest(staging)} in staging, then in production`,
    );
  });
}
