import { Failure } from "@slipway/core";
import type { Step } from "../../terminal/reporter.ts";
import type { GithubStory } from "./context.ts";
import { type OpenPull, planPull } from "./pulls.ts";

/** Runs the plan workflow on a pull request that gets no credentials: nothing may be planned, and why must be said. */
export async function toldInstead(story: GithubStory, step: Step, pull: OpenPull): Promise<string> {
  const run = await planPull(story, step, pull, "opened");
  const [summary] = run.summaries;
  if (summary === undefined || run.jobs.length !== 1)
    throw new Failure(`#${pull.number} must only be told what happens instead.`, undefined, { logPath: run.logPath });
  step.markdown(summary.markdown);
  if (story.github.state.commentsOn({ issue: pull.number }).length > 0)
    throw new Failure(`#${pull.number} must get no comment: its run may not write.`, undefined, {
      logPath: run.logPath,
    });
  return `#${pull.number} by ${pull.author}: no plan, and told why`;
}
