import { readFileSync } from "node:fs";
import { Failure } from "@slipway/core";
import { synthesize } from "../environment/synthesize.ts";
import type { ActionResult } from "../local/run-action.ts";
import type { Step } from "../terminal/reporter.ts";
import { dispatchEvent, type PullRequest, pullRequestEvent, pushEvent } from "./pull-requests.ts";
import { type JobStep, type Scenario, tokens, type WorkflowEvent, workflowRun } from "./scenario.ts";

export const scenarioEnvironment = "staging";

export const stacksDir = `apps/infra/cdktf.out/${scenarioEnvironment}`;

/** The workflow `plan` on a pull request: one job plans without a GitHub token, another posts without AWS credentials. */
export async function planPull(scenario: Scenario, pull: PullRequest): Promise<Readonly<Record<string, string>>> {
  const run = await started(scenario, await pullRequestEvent(scenario, pull));
  const planned = await run({
    action: "report-plan",
    credentials: "aws",
    inputs: { environment: scenarioEnvironment, "stacks-dir": stacksDir, comment: "never" },
  });
  const posted = await run({
    action: "report-plan",
    credentials: "github",
    inputs: { environment: scenarioEnvironment, report: report(planned), "github-token": tokens.write },
  });
  return { ...succeeded(planned).outputs, ...succeeded(posted).outputs };
}

/** Result of the workflow `apply`. */
export interface Applied {
  /** Commit of main. */
  readonly sha: string;
  readonly apply: ActionResult;
  /** Id of a new plan that waits for approval. */
  readonly waiting: string | undefined;
  /** Outputs of the job that posted. */
  readonly posted: Readonly<Record<string, string>>;
}

/** The workflow `apply`: on a push to main, or started by hand with the id of a plan or without. */
export async function applyMain(scenario: Scenario, how: "push" | "dispatch", plan = ""): Promise<Applied> {
  const inputs = { environment: scenarioEnvironment, plan };
  const event = how === "push" ? await pushEvent(scenario) : await dispatchEvent(scenario, inputs);
  const run = await started(scenario, event);
  const apply = await run({
    action: "apply-plan",
    credentials: "aws",
    inputs: { ...inputs, "stacks-dir": stacksDir, commit: event.sha, "github-token": tokens.read },
  });
  const posted = await run({
    action: "report-plan",
    credentials: "github",
    inputs: {
      environment: scenarioEnvironment,
      report: report(apply),
      ...(apply.outputs["pr-number"] ? { "pr-number": apply.outputs["pr-number"] } : { commit: event.sha }),
      issue: "true",
      "github-token": tokens.write,
    },
  });
  const { planId } = JSON.parse(readFileSync(report(apply), "utf8")) as { planId?: string };
  return { sha: event.sha, apply, waiting: planId, posted: succeeded(posted).outputs };
}

/** The workflow `drift`: plans all stacks and posts the drift. */
export async function findDrift(scenario: Scenario): Promise<Readonly<Record<string, string>>> {
  const run = await started(scenario, {
    ...(await pushEvent(scenario)),
    name: "schedule",
    workflow: "drift",
    payload: {},
  });
  const compared = await run({
    action: "report-drift",
    credentials: "aws",
    inputs: { environment: scenarioEnvironment, "stacks-dir": stacksDir, "dry-run": "true" },
  });
  const posted = await run({
    action: "report-drift",
    credentials: "github",
    inputs: { environment: scenarioEnvironment, report: report(compared), "github-token": tokens.write },
  });
  return succeeded(posted).outputs;
}

async function started(scenario: Scenario, event: WorkflowEvent): Promise<(step: JobStep) => Promise<ActionResult>> {
  const { repository, plain } = scenario;
  await synthesize({ root: repository.folder, environment: scenarioEnvironment, variables: plain });
  return workflowRun(scenario, event);
}

/** Path of the report that a job leaves for the next. */
function report(result: ActionResult): string {
  const path = result.outputs.report ?? "";
  if (path === "") throw failed(result);
  return path;
}

/** Throws a Failure with the action's errors if it failed. */
export function succeeded(result: ActionResult): ActionResult {
  if (!result.ok) throw failed(result);
  return result;
}

function failed({ errors, ending, lastLine, logPath }: ActionResult): Failure {
  return new Failure(errors.join(" ") || `the action ended ${ending} after “${lastLine}”.`, undefined, { logPath });
}

/** The first digits of a plan's id, as comments show it. */
export const shortPlan = (id: string | undefined) => (id ? `sha256:${id.slice(0, 12)}…` : "no plan");

/** Prints a comment or an issue without its hidden lines. */
export function show(step: Step, where: string, body: string): void {
  step.print(where);
  step.markdown(body);
}
