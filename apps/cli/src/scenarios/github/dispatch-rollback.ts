import { dispatchInputs } from "../../act/dispatch-inputs.ts";
import { readWorkflows } from "../../act/read-workflows.ts";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import type { Step } from "../../terminal/reporter.ts";
import type { GithubStory } from "./context.ts";
import { runInStep } from "./run-in-step.ts";

/** Somebody starts `rollback` of staging's `web` by hand. */
export async function dispatchRollback(
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
