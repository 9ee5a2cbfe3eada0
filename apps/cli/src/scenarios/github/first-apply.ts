import { Failure } from "@slipway/core";
import { dispatchInputs } from "../../act/events.ts";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import { readWorkflows } from "../../act/workflow.ts";
import { partReporter, type Step } from "../../terminal/reporter.ts";
import { type GithubScenario, type ScenarioEnvironment, shortPlan } from "./context.ts";
import { drift } from "./drift.ts";
import { runInStep, type StepRun } from "./run-in-step.ts";

const mostApprovals = 3;

/**
 * Creates both environments in parallel: each is planned and applied by approved plans, repeatedly for blocked stacks. While the load
 * balancers are created, the registry is changed outside of Terraform.
 */
export async function firstApply(scenario: GithubScenario): Promise<void> {
  let resolveStarted = () => {};
  let rejectStarted = (_: unknown) => {};
  const started = new Promise<void>((resolve, reject) => {
    resolveStarted = resolve;
    rejectStarted = reject;
  });
  started.catch(() => {});
  await scenario.reporter.together("First apply, and drift", [
    { title: "staging", work: (step) => applyFromNothing(scenario, step, "staging") },
    {
      title: "production",
      work: async (step) => {
        try {
          await applyFromNothing(scenario, step, "production", ({ text }) => {
            if (/^service: aws_\S+ created/.test(text)) resolveStarted();
          });
          resolveStarted();
        } catch (error) {
          rejectStarted(error);
          throw error;
        }
      },
    },
    {
      title: "drift",
      work: async (step) => {
        await started;
        await drift({ ...scenario, reporter: partReporter(scenario.reporter, step) });
        step.result("an issue opened");
      },
    },
  ]);
}

async function applyFromNothing(
  scenario: GithubScenario,
  step: Step,
  environment: ScenarioEnvironment,
  onLine?: StepRun["onLine"],
): Promise<void> {
  await dispatchApply(scenario, step, { environment });
  let approvals = 0;
  for (let plan = waitingPlan(scenario, environment); plan !== undefined; plan = waitingPlan(scenario, environment)) {
    if (approvals === mostApprovals)
      throw new Failure(
        `${environment} must be applied after ${mostApprovals} plans`,
        `issue #${plan.issue} has one more`,
      );
    step.print(`issue #${plan.issue}: ${shortPlan(plan.id)} is approved`);
    await dispatchApply(scenario, step, { environment, plan: plan.id }, onLine);
    approvals += 1;
  }
  step.result(approvals === 0 ? "as it was last applied" : `applied by ${approvals} reviewed plans`);
}

/** Starts the workflow `apply` manually. */
export async function dispatchApply(
  scenario: GithubScenario,
  step: Step,
  inputs: { readonly environment: ScenarioEnvironment; readonly plan?: string },
  onLine?: StepRun["onLine"],
): Promise<WorkflowRun> {
  const { repository, events } = scenario;
  const workflow = readWorkflows(repository.folder).get("apply.yml");
  if (workflow === undefined) throw new Error("apply.yml must exist");
  const event = events.dispatch("apply.yml", await repository.sha("main"), dispatchInputs(workflow, inputs), "octocat");
  return runInStep(scenario, step, { file: "apply.yml", event, summaries: false, onLine });
}

/** The plan that waits for approval, read from the open issue of the environment. */
export function waitingPlan(
  { github }: GithubScenario,
  environment: ScenarioEnvironment,
): { id: string; issue: number } | undefined {
  for (const { number, state, body, isPull } of github.state.issues.values()) {
    if (isPull || state !== "open") continue;
    const id = new RegExp(`-f environment=${environment} -f plan=([0-9a-f]{64})`).exec(body)?.[1];
    if (id !== undefined) return { id, issue: number };
  }
  return undefined;
}
