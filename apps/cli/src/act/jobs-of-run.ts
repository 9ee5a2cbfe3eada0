import type { LocalRunner } from "./local-runner.ts";
import { type PlannedJob, plannedJobs } from "./planned-jobs.ts";
import { readWorkflows } from "./read-workflows.ts";
import type { WorkflowEvent } from "./workflow-event.ts";

/** The jobs that a workflow of the repository in `folder` can run on this event, and the workflow's name. */
export function jobsOfRun(
  { identity, vars }: Pick<LocalRunner, "identity" | "vars">,
  folder: string,
  { file, event, runId }: { readonly file: string; readonly event: WorkflowEvent; readonly runId: number },
): { readonly name: string; readonly jobs: readonly PlannedJob[] } {
  const workflows = readWorkflows(folder);
  const workflow = workflows.get(file);
  if (workflow === undefined) throw new Error(`workflow (${file}) must exist at ${event.sha}`);
  const { inputs = {} } = event.payload as { inputs?: Readonly<Record<string, unknown>> };
  const github = {
    event: event.payload,
    event_name: event.name,
    ref: event.ref,
    sha: event.sha,
    run_id: String(runId),
    repository: identity.repository,
  };
  return { name: workflow.name, jobs: plannedJobs(workflow, { workflows, contexts: { github, inputs, vars } }) };
}
