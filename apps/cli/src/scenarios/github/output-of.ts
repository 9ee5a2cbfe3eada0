import type { WorkflowRun } from "../../act/run-workflow.ts";

/** An output of a step in the job whose name ends like this; undefined when there was none. */
export function outputOf(run: WorkflowRun, job: string, name: string): string | undefined {
  return run.outputs.findLast((output) => output.job.endsWith(job) && output.name === name)?.value;
}
