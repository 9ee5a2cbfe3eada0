import { Failure } from "../../failure.ts";
import type { Step } from "../../report/reporter.ts";
import { dispatchInputs } from "../../workflows/dispatch-inputs.ts";
import { readWorkflows } from "../../workflows/read-workflows.ts";
import type { WorkflowRun } from "../../workflows/run-workflow.ts";
import { shortPlan } from "../jobs.ts";
import { type GithubStory, type StoryEnvironment, storyEnvironments } from "./github-story.ts";
import { runInStep } from "./run-in-step.ts";
import { waitingPlan } from "./waiting-plan.ts";

const mostYeses = 3;

/** Both environments from nothing, side by side: planned, and applied by a yes to that plan; again for what had to wait. */
export async function firstApply(story: GithubStory): Promise<void> {
  await story.reporter.together(
    "First apply",
    storyEnvironments.map((environment) => ({
      title: environment,
      work: async (step) => {
        await dispatchApply(story, step, { environment });
        let yeses = 0;
        for (let plan = waitingPlan(story, environment); plan !== undefined; plan = waitingPlan(story, environment)) {
          if (yeses === mostYeses)
            throw new Failure(
              `${environment} must be applied after ${mostYeses} plans; issue #${plan.issue} has one more.`,
            );
          step.say(`issue #${plan.issue}: yes to ${shortPlan(plan.id)}`);
          await dispatchApply(story, step, { environment, plan: plan.id });
          yeses += 1;
        }
        step.result(yeses === 0 ? "as it was last applied" : `applied by ${yeses} reviewed plans`);
      },
    })),
  );
}

/** Somebody starts `apply` by hand. */
export async function dispatchApply(
  story: GithubStory,
  step: Step,
  inputs: { readonly environment: StoryEnvironment; readonly plan?: string },
): Promise<WorkflowRun> {
  const { repository, events } = story;
  const workflow = readWorkflows(repository.folder).get("apply.yml");
  if (workflow === undefined) throw new Error("apply.yml must exist");
  const event = events.dispatch("apply.yml", await repository.sha("main"), dispatchInputs(workflow, inputs), "octocat");
  return runInStep(story, step, { file: "apply.yml", event, summaries: false });
}
