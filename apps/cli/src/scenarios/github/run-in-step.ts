import { Failure } from "@slipway/core";
import { startsOn } from "../../act/events.ts";
import { type RunRequest, runWorkflow, type WorkflowRun } from "../../act/run-workflow.ts";
import { readWorkflows, type WorkflowEvent } from "../../act/workflow.ts";
import type { Step } from "../../terminal/reporter.ts";
import type { GithubScenario } from "./context.ts";

export interface StepRun extends Pick<RunRequest, "review" | "onLine"> {
  readonly file: string;
  readonly event: WorkflowEvent;
  /** Paths that the push or pull request changes. */
  readonly changed?: readonly string[];
  /** How it must end. @default success */
  readonly ends?: "success" | "failure";
  /** Whether its summaries are shown. @default true */
  readonly summaries?: boolean;
}

/** Runs a workflow in a step of the scenario if GitHub would start it; prints its jobs and summaries. */
export async function runInStep(scenario: GithubScenario, step: Step, request: StepRun): Promise<WorkflowRun> {
  const { file, event, changed = [], ends = "success", summaries = true } = request;
  const workflow = readWorkflows(scenario.repository.folder).get(file);
  if (workflow === undefined || !startsOn(workflow, event, changed)) {
    throw new Failure(`${file} must start on ${event.name} (${event.ref})`, "its `on:` says otherwise");
  }
  const run = await runWorkflow(scenario.runner, {
    ...request,
    runId: nextRunId(),
    onLine: (line) => {
      request.onLine?.(line);
      const result = /^job: (\w+)$/.exec(line.text)?.[1];
      if (result !== undefined) step.print(`${line.job}: ${result}`);
    },
  });
  const jobs = run.jobs.map(({ name, result }) => ({ name, result }));
  scenario.runs.push({ id: run.id, file, event: event.name, ok: run.ok, jobs });
  // Posted reports are printed as comment or issue.
  const shownSummaries = run.summaries.filter(({ markdown }) => !markdown.startsWith("Posted as "));
  if (summaries) for (const { markdown } of shownSummaries) step.markdown(markdown);
  if (run.ok !== (ends === "success")) {
    const failed = run.jobs.filter(({ result }) => result === "failure").map(({ name }) => name);
    const errors = run.errors.map(({ text }) => text).join(" ") || "it said no error";
    const how = failed.length === 0 ? "it ended well" : `failed: ${failed.join(", ")}; ${errors}`;
    throw new Failure(`${file} must end in ${ends}, but ${how}`, undefined, { logPath: run.logPath });
  }
  return run;
}

let lastRunId = 0;

/** Run ids increase over all scenarios, like GitHub's. */
function nextRunId(): number {
  lastRunId = Math.max(lastRunId + 1, Math.floor(Date.now() / 1000));
  return lastRunId;
}
