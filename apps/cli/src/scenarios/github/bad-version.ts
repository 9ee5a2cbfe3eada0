import { Failure } from "@slipway/core";
import { appChanges } from "./app-changes.ts";
import type { GithubStory } from "./context.ts";
import { merge, propose } from "./pulls.ts";
import { runInStep } from "./run-in-step.ts";
import { runningDigest, shortDigest } from "./running-digest.ts";

/** A version whose health check is well and whose page is not: staging goes back, production is never asked, the pull request is told. */
export async function badCommit(story: GithubStory): Promise<void> {
  const { reporter, github } = story;
  await reporter.step("Bad commit", async (step) => {
    const before = {
      staging: await runningDigest(story, "staging"),
      production: await runningDigest(story, "production"),
    };
    const pull = await propose(story, {
      branch: "version",
      title: "Say the version shorter",
      change: appChanges.brokenVersion,
    });
    const { event, changed } = await merge(story, pull);
    const asked: string[] = [];
    const run = await runInStep(hurried(story), step, {
      file: "apply.yml",
      event,
      changed,
      ends: "failure",
      review: async (job) => {
        asked.push(job);
        throw new Error("nobody should have been asked");
      },
    });
    const after = {
      staging: await runningDigest(story, "staging"),
      production: await runningDigest(story, "production"),
    };
    if (after.staging !== before.staging)
      throw new Failure(`staging must be back at ${before.staging}, but it runs ${after.staging}.`, undefined, {
        logPath: run.logPath,
      });
    if (after.production !== before.production || asked.length > 0)
      throw new Failure("production must not be touched by a version that failed in staging.", undefined, {
        logPath: run.logPath,
      });
    const told = github.state.commentsOn({ issue: pull.number }).find(({ body }) => /not deployed/.test(body));
    if (told === undefined)
      throw new Failure(`#${pull.number} must be told that its version was rolled back.`, undefined, {
        logPath: run.logPath,
      });
    step.markdown(told.body);
    step.result(
      `#${pull.number} rolled back in staging to ${shortDigest(after.staging)}, and told why; production not asked`,
    );
  });
}

/** Nobody watching wants to wait a minute for what fails at once. */
function hurried(story: GithubStory): GithubStory {
  const { runner } = story;
  return { ...story, runner: { ...runner, vars: { ...runner.vars, CHECK_TIMEOUT_SECONDS: "10" } } };
}
