import { Failure } from "@slipway/core";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import type { WorkflowEvent } from "../../act/workflow.ts";
import type { Step } from "../../terminal/reporter.ts";
import { type Change, changes } from "../changes.ts";
import { openPull, type PullRequest, pushTo, pushWritten, squashMerge } from "../pull-requests.ts";
import {
  changedPaths,
  type GithubScenario,
  outputOf,
  runningDigest,
  type ScenarioEnvironment,
  shortDigest,
  shortPlan,
} from "./context.ts";
import { runAsPerson } from "./person.ts";
import { runInStep } from "./run-in-step.ts";

/** A pull request with a mistake, its fix in the same comment, and the merge: staging, approval, production with the same image. */
export async function reviewedChange(scenario: GithubScenario): Promise<void> {
  const { pull, comment } = await pullWithMistake(scenario);
  const plan = await fix(scenario, pull, comment);
  if (!scenario.app.own) await passCheck(scenario, pull);
  await mergeToProduction(scenario, pull, plan);
}

const replacesTargetGroup = /± <code>aws_lb_target_group\.\S+<\/code>/;

async function pullWithMistake(scenario: GithubScenario): Promise<{ pull: OpenPull; comment: number }> {
  return scenario.reporter.step("Pull request", async (step) => {
    const pull = await propose(scenario, {
      branch: "web-memory",
      title: "Web: more memory",
      change: changes.memoryAndPort,
    });
    await planPull(scenario, step, pull, "opened");
    const [staging, production] = [planComment(scenario, pull, "staging"), planComment(scenario, pull, "production")];
    step.markdown(staging.body);
    step.markdown(production.body);
    if (!replacesTargetGroup.test(staging.body))
      throw new Failure(`the comment of #${pull.number} must show that the other port replaces the target group.`);
    step.result(`#${pull.number} planned for staging and production; staging's plan replaces too much`);
    return { pull, comment: staging.id };
  });
}

async function fix(scenario: GithubScenario, pull: OpenPull, comment: number): Promise<string> {
  return scenario.reporter.step("Its fix", async (step) => {
    await amend(scenario, pull, changes.portAsItWas);
    const { another } = scenario.app.changes;
    if (another !== undefined) await amend(scenario, pull, another);
    // Ours has its check in `npm test`; of another app the check runs, and wants to find fresh what derives from the change.
    if (!scenario.app.own) {
      await runAsPerson(scenario, step, { environment: "staging", arguments: ["check", "--update"] });
      await pushWritten(scenario, pull, "What derives from it");
    }
    await planPull(scenario, step, pull, "synchronize");
    const { id, body, plan } = planComment(scenario, pull, "staging");
    if (id !== comment)
      throw new Failure(`#${pull.number} must keep its comment (${comment}), but it got another one (${id}).`);
    if (plan === undefined) throw new Failure(`the comment of #${pull.number} must name its plan.`);
    if (body.includes("aws_lb_target_group"))
      throw new Failure(`the comment of #${pull.number} must show no target group any more.`);
    step.markdown(body);
    step.result(`the same comment, now ${shortPlan(plan)}`);
    return plan;
  });
}

/** Runs what protects main: the app's own test, and whether all that derives from environments.ts is fresh. */
async function passCheck(scenario: GithubScenario, pull: OpenPull): Promise<void> {
  await scenario.reporter.step("Its check", async (step) => {
    const { event, changed } = await pullEvent(scenario, pull, "synchronize");
    const run = await runInStep(scenario, step, { file: "check.yml", event, changed, summaries: false });
    await scenario.repository.checkout("main");
    const passed = run.jobs
      .filter(({ result }) => result === "success")
      .map(({ name }) => name.replace(/^Check\//, ""));
    if (!passed.includes("Test the app") || !passed.includes("Check"))
      throw new Failure(
        `Check of #${pull.number} must have tested the app, but only ran: ${passed.join(", ")}.`,
        undefined,
        {
          logPath: run.logPath,
        },
      );
    step.result(`#${pull.number}: ${passed.join(", ")}`);
  });
}

async function mergeToProduction(scenario: GithubScenario, pull: OpenPull, plan: string): Promise<void> {
  await scenario.reporter.step("Merge", async (step) => {
    const before = await runningDigest(scenario, "production");
    const { event, changed, sha } = await merge(scenario, pull);
    let productionUnchanged: boolean | undefined;
    const run = await runInStep(scenario, step, {
      file: "apply.yml",
      event,
      changed,
      // At the review staging runs the new image and production must not.
      review: async () => {
        productionUnchanged = (await runningDigest(scenario, "production")) === before;
        return "octocat approved production";
      },
    });
    const applied = outputOf(run, "/Apply staging", "plan");
    if (applied !== plan || outputOf(run, "/Apply staging", "applied-stacks") !== "service") {
      throw new Failure(
        `the merge must apply ${plan}, the plan of the comment, but it applied ${applied}.`,
        undefined,
        { logPath: run.logPath },
      );
    }
    const [staging, production] = [
      await runningDigest(scenario, "staging"),
      await runningDigest(scenario, "production"),
    ];
    if (staging !== production)
      throw new Failure(`production must run staging's image ${staging}, but it runs ${production}.`);
    if (staging === before || productionUnchanged !== true)
      throw new Failure("production must get the new image after the approval, and not before.");
    for (const { body } of scenario.github.state.commentsOn({ issue: pull.number }).slice(2)) step.markdown(body);
    step.result(
      `${sha.slice(0, 7)}: ${shortPlan(plan)} applied; ${shortDigest(staging)} in staging, then in production`,
    );
  });
}

export interface Proposal {
  readonly branch: string;
  readonly title: string;
  readonly change: Change;
  /** @default octocat */
  readonly author?: string;
  /** `owner/name` of a fork. @default the repository itself */
  readonly fork?: string;
}

export interface OpenPull extends PullRequest {
  readonly author: string;
  readonly headRepository: string;
}

/** Opens a pull request. */
export async function propose(scenario: GithubScenario, proposal: Proposal): Promise<OpenPull> {
  const { author = "octocat", fork = scenario.runner.identity.repository } = proposal;
  const pull = await openPull(scenario, { ...proposal, author, headRepository: fork });
  return { ...pull, author, headRepository: fork };
}

/** Adds a commit to it. */
export const amend = (scenario: GithubScenario, pull: OpenPull, change: Change): Promise<void> =>
  pushTo(scenario, pull, change);

export interface PlannedPull {
  /** Ran the pull request's own code and workflow. */
  readonly synth: WorkflowRun;
  /** Ran main's. */
  readonly plan: WorkflowRun;
}

/** What a pull request as it is now starts: `synth` on the merge of it into main, and at its end `plan` on main. */
export async function planPull(
  scenario: GithubScenario,
  step: Step,
  pull: OpenPull,
  action: "opened" | "synchronize",
): Promise<PlannedPull> {
  const { repository, events, github } = scenario;
  const { event, changed, headSha } = await pullEvent(scenario, pull, action);
  const stored = github.state.pulls.get(pull.number);
  if (stored !== undefined) stored.files = changed;
  const synth = await runInStep(scenario, step, { file: "synth.yml", event, changed, summaries: false });
  const ended = events.workflowRun(
    {
      id: synth.id,
      workflow: "Synth",
      file: "synth.yml",
      event: "pull_request",
      conclusion: synth.ok ? "success" : "failure",
      headRef: pull.branch,
      headSha,
      headRepository: pull.headRepository,
      actor: pull.author,
    },
    await repository.sha("main"),
  );
  await repository.checkout("main");
  return { synth, plan: await runInStep(scenario, step, { file: "plan.yml", event: ended, summaries: false }) };
}

/** The event of a pull request as it is now; the merge of it into main is put into the folder. */
export async function pullEvent(
  { repository, events }: GithubScenario,
  pull: OpenPull,
  action: "opened" | "synchronize",
): Promise<{ readonly event: WorkflowEvent; readonly changed: readonly string[]; readonly headSha: string }> {
  const [headSha, baseSha] = [await repository.sha(pull.branch), await repository.sha("main")];
  const mergeSha = await repository.mergeRef(pull.branch);
  const event = events.pullRequest({ ...pull, headRef: pull.branch, headSha, baseSha, mergeSha, labels: [] }, action);
  return { event, changed: await changedPaths(repository.folder, baseSha, mergeSha), headSha };
}

/** Merges by squash; returns the push event of main and the changed paths. */
export async function merge(
  scenario: GithubScenario,
  pull: OpenPull,
): Promise<{ readonly event: WorkflowEvent; readonly changed: readonly string[]; readonly sha: string }> {
  const before = await scenario.repository.sha("main");
  const sha = await squashMerge(scenario, pull);
  const event = scenario.events.push(before, [{ id: sha, message: `${pull.title} (#${pull.number})` }], "octocat");
  return { event, sha, changed: await changedPaths(scenario.repository.folder, before, sha) };
}

/** The one comment that a pull request has for the plan of an environment. */
export function planComment({ github }: GithubScenario, { number }: OpenPull, environment: ScenarioEnvironment) {
  const start = `<!-- slipway:plan:v1 environment=${environment} `;
  const found = github.state.commentsOn({ issue: number }).filter(({ body }) => body.startsWith(start));
  const [comment] = found;
  if (comment === undefined || found.length !== 1) {
    throw new Failure(`#${number} must have one comment with the plan of ${environment}, but it has ${found.length}.`);
  }
  return {
    id: comment.id,
    body: comment.body,
    plan: /^<!-- slipway:manifest:v1 .* plan=([0-9a-f]{64}) -->$/m.exec(comment.body)?.[1],
  };
}

/** Runs the workflows of a pull request that gets no plan and checks that nothing is planned and the reason is shown. */
export async function expectNoPlan(scenario: GithubScenario, step: Step, pull: OpenPull): Promise<string> {
  const { synth, plan } = await planPull(scenario, step, pull, "opened");
  const [summary] = synth.summaries;
  if (summary === undefined || synth.jobs.length !== 1)
    throw new Failure(`#${pull.number} must only get a comment about what happens instead.`, undefined, {
      logPath: synth.logPath,
    });
  const ran = plan.jobs.filter(({ result }) => result !== "skipped").map(({ name }) => name);
  if (ran.length > 0)
    throw new Failure(`#${pull.number} must start no job that plans, but it started ${ran.join(", ")}.`, undefined, {
      logPath: plan.logPath,
    });
  step.markdown(summary.markdown);
  if (scenario.github.state.commentsOn({ issue: pull.number }).length > 0)
    throw new Failure(`#${pull.number} must get no comment: nothing of it is planned.`, undefined, {
      logPath: plan.logPath,
    });
  return `#${pull.number} by ${pull.author}: no plan, and the reason`;
}
