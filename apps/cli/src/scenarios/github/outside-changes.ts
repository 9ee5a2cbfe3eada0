import { Failure } from "@slipway/core";
import { changes } from "../changes.ts";
import { ownApp } from "./app-changes.ts";
import { type GithubScenario, outputOf, runningDigest, shortDigest, shortPlan } from "./context.ts";
import { dispatchApply, waitingPlan } from "./first-apply.ts";
import { amend, expectNoPlan, merge, type OpenPull, propose } from "./reviewed-change.ts";
import { runInStep } from "./run-in-step.ts";

/** Merges a fork's pull request, which gets no plan; main is planned after the merge and the plan is approved. */
export async function outsideChanges(scenario: GithubScenario): Promise<void> {
  const pull = await openForkPull(scenario);
  await dependabot(scenario);
  const plan = await mergeOfFork(scenario, pull);
  await approveByHand(scenario, plan);
}

async function openForkPull(scenario: GithubScenario): Promise<OpenPull> {
  return scenario.reporter.step("A fork's pull request", async (step) => {
    const pull = await propose(scenario, {
      branch: "patch-1",
      title: "Listen for the load balancer, with other memory",
      change: ownApp.answering,
      author: "someone",
      fork: "someone/this-is-project",
    });
    await amend(scenario, pull, ownApp.working);
    await amend(scenario, pull, changes.memory);
    step.result(await expectNoPlan(scenario, step, pull));
    return pull;
  });
}

async function mergeOfFork(scenario: GithubScenario, pull: OpenPull): Promise<string> {
  return scenario.reporter.step("Merge of the fork's", async (step) => {
    const before = await runningDigest(scenario, "staging");
    const { event, changed } = await merge(scenario, pull);
    const run = await runInStep(scenario, step, {
      file: "apply.yml",
      event,
      changed,
      summaries: false,
      ends: "failure",
    });
    const waiting = waitingPlan(scenario, "staging");
    if (waiting === undefined || outputOf(run, "/Apply staging", "plan") !== waiting.id) {
      throw new Failure(
        "a merge without a reviewed plan must plan main, say so in an issue and apply nothing.",
        undefined,
        { logPath: run.logPath },
      );
    }
    if ((await runningDigest(scenario, "staging")) !== before)
      throw new Failure("nothing may be deployed before an approval.", undefined, { logPath: run.logPath });
    for (const { body } of scenario.github.state.commentsOn({ issue: pull.number })) step.markdown(body);
    step.result(
      `main is planned, nothing applied; issue #${waiting.issue} waits for approval of ${shortPlan(waiting.id)}`,
    );
    return waiting.id;
  });
}

async function approveByHand(scenario: GithubScenario, plan: string): Promise<void> {
  await scenario.reporter.step("Approval by hand", async (step) => {
    const run = await dispatchApply(scenario, step, { environment: "staging", plan });
    if (
      outputOf(run, "/Apply staging", "plan") !== plan ||
      outputOf(run, "/Apply staging", "applied-stacks") !== "service"
    )
      throw new Failure(`the plan ${plan} must be applied.`, undefined, { logPath: run.logPath });
    if (waitingPlan(scenario, "staging") !== undefined)
      throw new Failure("the issue must be closed once its plan is applied.", undefined, { logPath: run.logPath });
    step.result(
      `${shortPlan(plan)} applied, its issue closed; ${shortDigest(await runningDigest(scenario, "staging"))} in staging`,
    );
  });
}

/** A pull request of Dependabot, which gets no credentials although its branch is in the repository. */
async function dependabot(scenario: GithubScenario): Promise<void> {
  await scenario.reporter.step("Dependabot's pull request", async (step) => {
    const pull = await propose(scenario, {
      branch: "dependabot/pip/django",
      title: "Bump django",
      change: changes.readme,
      author: "dependabot[bot]",
    });
    step.result(await expectNoPlan(scenario, step, pull));
  });
}
