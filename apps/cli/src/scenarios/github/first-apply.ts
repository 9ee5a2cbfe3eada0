import { Failure } from "@slipway/core";
import { dispatchInputs } from "../../act/events.ts";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import { readWorkflows } from "../../act/workflow.ts";
import { partReporter, type Step } from "../../terminal/reporter.ts";
import { shortPlan } from "../jobs.ts";
import type { GithubStory, StoryEnvironment } from "./context.ts";
import { drift } from "./drift.ts";
import { runInStep, type StepRun } from "./run-in-step.ts";

const mostYeses = 3;

/**
 * Both environments from nothing, side by side: planned, and applied by a yes to that plan; again for what had to wait. While the load
 * balancers of the last yes come up, somebody changes the registry, which is there by then, by hand.
 */
export async function firstApply(story: GithubStory): Promise<void> {
  let begun = () => {};
  let lost = (_: unknown) => {};
  const waiting = new Promise<void>((resolve, reject) => {
    begun = resolve;
    lost = reject;
  });
  waiting.catch(() => {});
  await story.reporter.together("First apply, and drift", [
    { title: "staging", work: (step) => fromNothing(story, step, "staging") },
    {
      title: "production",
      work: async (step) => {
        try {
          await fromNothing(story, step, "production", ({ text }) => {
            if (/^service: aws_\S+ created/.test(text)) begun();
          });
          begun();
        } catch (error) {
          lost(error);
          throw error;
        }
      },
    },
    {
      title: "drift",
      work: async (step) => {
        await waiting;
        await drift({ ...story, reporter: partReporter(story.reporter, step) });
        step.result("an issue opened and closed");
      },
    },
  ]);
}

async function fromNothing(
  story: GithubStory,
  step: Step,
  environment: StoryEnvironment,
  onLine?: StepRun["onLine"],
): Promise<void> {
  await dispatchApply(story, step, { environment });
  let yeses = 0;
  for (let plan = waitingPlan(story, environment); plan !== undefined; plan = waitingPlan(story, environment)) {
    if (yeses === mostYeses)
      throw new Failure(`${environment} must be applied after ${mostYeses} plans`, `issue #${plan.issue} has one more`);
    step.say(`issue #${plan.issue}: yes to ${shortPlan(plan.id)}`);
    await dispatchApply(story, step, { environment, plan: plan.id }, onLine);
    yeses += 1;
  }
  step.result(yeses === 0 ? "as it was last applied" : `applied by ${yeses} reviewed plans`);
}

/** Somebody starts `apply` by hand. */
export async function dispatchApply(
  story: GithubStory,
  step: Step,
  inputs: { readonly environment: StoryEnvironment; readonly plan?: string },
  onLine?: StepRun["onLine"],
): Promise<WorkflowRun> {
  const { repository, events } = story;
  const workflow = readWorkflows(repository.folder).get("apply.yml");
  if (workflow === undefined) throw new Error("apply.yml must exist");
  const event = events.dispatch("apply.yml", await repository.sha("main"), dispatchInputs(workflow, inputs), "octocat");
  return runInStep(story, step, { file: "apply.yml", event, summaries: false, onLine });
}

/** The plan that waits for a yes, read where a person reads it: in the open issue of the environment. */
export function waitingPlan(
  { github }: GithubStory,
  environment: StoryEnvironment,
): { id: string; issue: number } | undefined {
  for (const { number, state, body, isPull } of github.state.issues.values()) {
    if (isPull || state !== "open") continue;
    const id = new RegExp(`-f environment=${environment} -f plan=([0-9a-f]{64})`).exec(body)?.[1];
    if (id !== undefined) return { id, issue: number };
  }
  return undefined;
}
