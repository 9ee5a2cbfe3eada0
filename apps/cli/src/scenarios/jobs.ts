import { readFileSync } from "node:fs";
import { Failure } from "@slipway/core";
import { synthesize } from "../environment/synthesize.ts";
import type { ActionResult } from "../local/run-action.ts";
import type { Step } from "../terminal/reporter.ts";
import { dispatchEvent, type PullRequest, pullRequestEvent, pushEvent } from "./pull-requests.ts";
import { type JobStep, type Story, tokens, type WorkflowEvent, workflowRun } from "./scenario.ts";

export const storyEnvironment = "staging";

export const stacksDir = `apps/infra/cdktf.out/${storyEnvironment}`;

/** The workflow `plan` on a pull request: one job plans and holds no token, another posts and holds no AWS credentials. */
export async function planPull(story: Story, pull: PullRequest): Promise<Readonly<Record<string, string>>> {
  const run = await started(story, await pullRequestEvent(story, pull));
  const planned = await run({
    action: "report-plan",
    credentials: "aws",
    inputs: { environment: storyEnvironment, "stacks-dir": stacksDir, comment: "never" },
  });
  const posted = await run({
    action: "report-plan",
    credentials: "github",
    inputs: { environment: storyEnvironment, report: report(planned), "github-token": tokens.write },
  });
  return { ...succeeded(planned).outputs, ...succeeded(posted).outputs };
}

/** What the workflow `apply` did. */
export interface Applied {
  /** Commit of main. */
  readonly sha: string;
  readonly apply: ActionResult;
  /** Id of a new plan that waits for a yes. */
  readonly waiting: string | undefined;
  /** Outputs of the job that posted. */
  readonly posted: Readonly<Record<string, string>>;
}

/** The workflow `apply`: on a push to main, or started by hand with the id of a plan or without. */
export async function applyMain(story: Story, how: "push" | "dispatch", plan = ""): Promise<Applied> {
  const inputs = { environment: storyEnvironment, plan };
  const event = how === "push" ? await pushEvent(story) : await dispatchEvent(story, inputs);
  const run = await started(story, event);
  const apply = await run({
    action: "apply-plan",
    credentials: "aws",
    inputs: { ...inputs, "stacks-dir": stacksDir, commit: event.sha, "github-token": tokens.read },
  });
  const posted = await run({
    action: "report-plan",
    credentials: "github",
    inputs: {
      environment: storyEnvironment,
      report: report(apply),
      ...(apply.outputs["pr-number"] ? { "pr-number": apply.outputs["pr-number"] } : { commit: event.sha }),
      issue: "true",
      "github-token": tokens.write,
    },
  });
  const { planId } = JSON.parse(readFileSync(report(apply), "utf8")) as { planId?: string };
  return { sha: event.sha, apply, waiting: planId, posted: succeeded(posted).outputs };
}

/** The workflow `drift`: compares AWS with what was applied, all stacks, and posts what differs. */
export async function findDrift(story: Story): Promise<Readonly<Record<string, string>>> {
  const run = await started(story, { ...(await pushEvent(story)), name: "schedule", workflow: "drift", payload: {} });
  const compared = await run({
    action: "report-drift",
    credentials: "aws",
    inputs: { environment: storyEnvironment, "stacks-dir": stacksDir, "dry-run": "true" },
  });
  const posted = await run({
    action: "report-drift",
    credentials: "github",
    inputs: { environment: storyEnvironment, report: report(compared), "github-token": tokens.write },
  });
  return succeeded(posted).outputs;
}

async function started(story: Story, event: WorkflowEvent): Promise<(step: JobStep) => Promise<ActionResult>> {
  const { repository, plain } = story;
  await synthesize({ root: repository.folder, environment: storyEnvironment, variables: plain });
  return workflowRun(story, event);
}

/** Path of the report that a job leaves for the next. */
function report(result: ActionResult): string {
  const path = result.outputs.report ?? "";
  if (path === "") throw failed(result);
  return path;
}

/** An action's own words, when it had to succeed. */
export function succeeded(result: ActionResult): ActionResult {
  if (!result.ok) throw failed(result);
  return result;
}

function failed({ errors, ending, lastLine, logPath }: ActionResult): Failure {
  return new Failure(errors.join(" ") || `the action ended ${ending} after “${lastLine}”.`, undefined, { logPath });
}

/** The first digits of a plan's id, as comments show it. */
export const shortPlan = (id: string | undefined) => (id ? `sha256:${id.slice(0, 12)}…` : "no plan");

/** Shows a comment or an issue as GitHub has it, the hidden lines aside. */
export function show(step: Step, where: string, body: string): void {
  step.say(where);
  step.markdown(body);
}
