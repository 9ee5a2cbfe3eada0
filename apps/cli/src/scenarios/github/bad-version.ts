import { Failure } from "@slipway/core";
import { type GithubScenario, runningDigest, shortDigest } from "./context.ts";
import { merge, propose } from "./reviewed-change.ts";
import { runInStep } from "./run-in-step.ts";

/**
 * Deploys a version that does not pass its check; of our app it passes its health check. Staging is rolled back, production is not touched
 * and the pull request gets a comment.
 */
export async function badVersion(scenario: GithubScenario): Promise<void> {
  const { reporter, github, app } = scenario;
  await reporter.step("Bad commit", async (step) => {
    const before = {
      staging: await runningDigest(scenario, "staging"),
      production: await runningDigest(scenario, "production"),
    };
    const pull = await propose(scenario, {
      branch: "version",
      title: app.changes.broken.message,
      change: app.changes.broken,
    });
    const { event, changed } = await merge(scenario, pull);
    const reviewsRequested: string[] = [];
    const run = await runInStep(withShortCheck(scenario), step, {
      file: "apply.yml",
      event,
      changed,
      ends: "failure",
      review: async (job) => {
        reviewsRequested.push(job);
        throw new Error("nobody should have been asked");
      },
    });
    const after = {
      staging: await runningDigest(scenario, "staging"),
      production: await runningDigest(scenario, "production"),
    };
    if (after.staging !== before.staging)
      throw new Failure(`staging must be back at ${before.staging}, but it runs ${after.staging}.`, undefined, {
        logPath: run.logPath,
      });
    if (after.production !== before.production || reviewsRequested.length > 0)
      throw new Failure("production must not be touched by a version that failed in staging.", undefined, {
        logPath: run.logPath,
      });
    const comment = github.state.commentsOn({ issue: pull.number }).find(({ body }) => /not deployed/.test(body));
    if (comment === undefined)
      throw new Failure(`#${pull.number} must get a comment that its version was rolled back.`, undefined, {
        logPath: run.logPath,
      });
    step.markdown(comment.body);
    step.result(
      `#${pull.number} rolled back in staging to ${shortDigest(after.staging)}, with a comment why; production not asked`,
    );
  });
}

/** Shortens the timeout of check-service, because the check fails at once. */
function withShortCheck(scenario: GithubScenario): GithubScenario {
  const { runner } = scenario;
  return { ...scenario, runner: { ...runner, vars: { ...runner.vars, CHECK_TIMEOUT_SECONDS: "10" } } };
}
