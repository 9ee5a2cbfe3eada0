import { Failure } from "@slipway/core";
import type { Change } from "../pull-requests.ts";
import { type GithubScenario, runningDigest, shortDigest } from "./context.ts";
import { merge, propose } from "./reviewed-change.ts";
import { runInStep } from "./run-in-step.ts";

/**
 * Deploys a version with a passing health check and a failing page. Staging is rolled back, production is not touched
 * and the pull request gets a comment.
 */
export async function badVersion(scenario: GithubScenario): Promise<void> {
  const { reporter, github } = scenario;
  await reporter.step("Bad commit", async (step) => {
    const before = {
      staging: await runningDigest(scenario, "staging"),
      production: await runningDigest(scenario, "production"),
    };
    const pull = await propose(scenario, {
      branch: "version",
      title: "Say the version shorter",
      change: appChanges.brokenVersion,
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

const views = "apps/web/health/views.py";
const gunicorn = "apps/web/gunicorn.conf.py";

/** Changes of the app in the scenario. Each applies to main as the step before left it. */
export const appChanges = {
  /** Breaks the page but not the health check. */
  brokenVersion: change(views, "Say the version shorter", "settings.IMAGE_DIGEST,", "settings.DIGEST,"),
  workingVersion: change(views, "Say the version as before", "settings.DIGEST,", "settings.IMAGE_DIGEST,"),
  /** Listens only on the container's loopback. */
  loopbackServer: change(gunicorn, "Listen locally only", 'bind = f"0.0.0.0:', 'bind = f"127.0.0.1:'),
  listeningServer: change(gunicorn, "Listen for the load balancer", 'bind = f"127.0.0.1:', 'bind = f"0.0.0.0:'),
};

function change(path: string, message: string, from: string, to: string): Change {
  return {
    path,
    message,
    rewrite: (text) => {
      if (text.includes(from)) return text.replace(from, to);
      throw new Failure(
        `${path} must hold what the scenario edits (${from})`,
        "undo your edit of that line to see the scenario",
      );
    },
  };
}
