import { Failure } from "@slipway/core";
import type { Environment } from "@slipway/infra";
import type { Step } from "../../terminal/reporter.ts";
import { freeRanges } from "../environment.ts";
import { type Applied, applyMain, findDrift, planPull, shortPlan, show, succeeded } from "../jobs.ts";
import { changes, openPull, type PullRequest, pushTo, squashMerge } from "../pull-requests.ts";
import type { Scenario } from "../scenario.ts";

const approvalTitles = ["First approval", "Second approval", "Third approval"];

/** Plans main without a pull request and applies the plan after an approval; repeats this for stacks that were blocked. */
export async function applyWithoutPull(scenario: Scenario): Promise<void> {
  const { reporter } = scenario;
  let waiting = await reporter.step("Plan of main", async (step) => {
    const applied = await applyMain(scenario, "dispatch");
    succeeded(applied.apply);
    const plan = applied.waiting;
    if (plan === undefined) step.result("every stack is as it was last applied");
    else {
      showPosted(scenario, step, applied);
      step.result(`${shortPlan(plan)} waits for approval ${issueOf(applied)}`);
    }
    return plan;
  });
  for (const title of approvalTitles) {
    if (waiting === undefined) return;
    waiting = await approve(scenario, title, waiting);
  }
  if (waiting !== undefined) throw new Failure("the first apply must be done after three plans", "see the summaries");
}

/** A change that would replace too much, its fix in the same comment, and the merge that applies the reviewed plan. */
export async function reviewedChange(scenario: Scenario, { services: { web } }: Environment): Promise<void> {
  const { reporter } = scenario;
  const memory = web?.memory ?? 1024;
  const { pull, comment } = await reporter.step("A change", async (step) => {
    const opened = await openPull(scenario, {
      branch: "web-memory",
      title: "Web: more memory",
      change: changes.memoryAndPort(memory),
    });
    const outputs = await planPull(scenario, opened);
    showComment(scenario, step, opened);
    step.result(
      `#${opened.number}: ${outputs["to-replace"]} to replace, ${outputs["to-destroy"]} to destroy: too much`,
    );
    return { pull: opened, comment: outputs["comment-id"] };
  });
  const reviewed = await reporter.step("Its fix", async (step) => {
    await pushTo(scenario, pull, changes.portAsItWas);
    step.print(`“${changes.portAsItWas.message}” is pushed to #${pull.number}`);
    const outputs = await planPull(scenario, pull);
    showComment(scenario, step, pull);
    const comments = scenario.github.state.commentsOn({ issue: pull.number });
    if (comments.length !== 1 || outputs["comment-id"] !== comment)
      throw new Failure(`#${pull.number} must have one comment, updated in place, but it has ${comments.length}.`);
    step.result(`the same comment: ${outputs["to-replace"]} to replace, ${shortPlan(outputs.plan)}`);
    return outputs.plan;
  });
  await reporter.step("Its merge", async (step) => {
    const merged = await squashMerge(scenario, pull);
    step.print(`#${pull.number} is squashed into main as ${merged.slice(0, 7)}`);
    const { apply } = await applyMain(scenario, "push");
    step.markdown(succeeded(apply).summary);
    if (apply.outputs.plan !== reviewed)
      throw new Failure(
        `the merge must apply ${reviewed}, the plan of the comment, but it applied ${apply.outputs.plan}.`,
      );
    step.result(`${apply.outputs["applied-stacks"]} applied by ${shortPlan(reviewed)}, the plan of the comment`);
  });
}

/** A reviewed change whose upstream output changes before its merge: it is rejected, and a new plan is approved. */
export async function changedUpstream(scenario: Scenario, environment: Environment): Promise<void> {
  const { reporter } = scenario;
  const { services, cidrBlock, availabilityZones } = environment;
  const letter = availabilityZones.at(-1)?.at(-1) ?? "a";
  const plan = async (title: string, request: Parameters<typeof openPull>[1]) =>
    reporter.step(title, async (step) => {
      const pull = await openPull(scenario, request);
      step.print(`#${pull.number} is opened with “${request.change.message}”`);
      const outputs = await planPull(scenario, pull);
      showComment(scenario, step, pull);
      step.result(`#${pull.number} planned, ${shortPlan(outputs.plan)}`);
      return pull;
    });
  const web = await plan("Another change", {
    branch: "web-health-check",
    title: "Web: the health check says who asks",
    change: changes.healthCheckPath(services.web?.healthCheckPath ?? "/"),
  });
  const network = await plan("A change beneath it", {
    branch: "subnet-range",
    title: `Network: another range for private subnet ${letter}`,
    change: changes.subnetRange(letter, freeRanges(cidrBlock)),
  });
  await rejectedMerge(scenario, "Merge beneath it", network);
  const waiting = await rejectedMerge(scenario, "Merge of the other", web);
  const left = await approve(scenario, "Approval of the new plan", waiting);
  if (left !== undefined) throw new Failure(`nothing must be left to approve, but ${left} is.`);
}

/** A pull request that edits no stack: nothing is planned for it. */
export async function unrelatedChange(scenario: Scenario): Promise<void> {
  await scenario.reporter.step("A change of no stack", async (step) => {
    const pull = await openPull(scenario, { branch: "readme", title: "README: say it better", change: changes.readme });
    const outputs = await planPull(scenario, pull);
    showComment(scenario, step, pull);
    if (outputs["has-changes"] !== "false") throw new Failure(`#${pull.number} must change nothing`, "see its comment");
    step.result(`#${pull.number}: nothing to plan`);
  });
}

/** Checks that no stack has drift at the end. */
export async function expectNoDrift(scenario: Scenario): Promise<void> {
  await scenario.reporter.step("Drift", async (step) => {
    const { drifted, "drifted-stacks": names } = await findDrift(scenario);
    if (drifted !== "false") throw new Failure(`every plan must be empty at the end, but not that of ${names}.`);
    if (openIssues(scenario) > 0) throw new Failure("no issue may be open at the end.");
    step.result("every stack planned once more: nothing differs, no issue is open");
  });
}

async function rejectedMerge(scenario: Scenario, title: string, pull: PullRequest): Promise<string> {
  return scenario.reporter.step(title, async (step) => {
    const merged = await squashMerge(scenario, pull);
    step.print(`#${pull.number} is squashed into main as ${merged.slice(0, 7)}`);
    const applied = await applyMain(scenario, "push");
    if (!isRejected(applied)) {
      const reason = succeeded(applied.apply).outputs["failure-reason"];
      throw new Failure(`the merge of #${pull.number} must be refused as plan-differs, not be ${reason || "done"}.`);
    }
    return showRejection(scenario, step, applied);
  });
}

/** Applies a plan by its id; returns the next plan, of stacks that were blocked or whose upstream changed. */
async function approve(scenario: Scenario, title: string, plan: string): Promise<string | undefined> {
  return scenario.reporter.step(title, async (step) => {
    const applied = await applyMain(scenario, "dispatch", plan);
    if (isRejected(applied)) return showRejection(scenario, step, applied);
    step.markdown(succeeded(applied.apply).summary);
    const next = applied.waiting;
    const rest = next === undefined ? "the issue is closed" : `${shortPlan(next)} waits ${issueOf(applied)}`;
    step.result(`${shortPlan(plan)} applied to ${applied.apply.outputs["applied-stacks"]}; ${rest}`);
    if (next === undefined && openIssues(scenario) > 0)
      throw new Failure("the issue must be closed once all is applied.");
    return next;
  });
}

const isRejected = ({ apply }: Applied) => apply.outputs["failure-reason"] === "plan-differs";

/** Prints the rejection and returns the id of the new plan. */
function showRejection(scenario: Scenario, step: Step, applied: Applied): string {
  showPosted(scenario, step, applied);
  const { waiting, apply } = applied;
  if (waiting === undefined) throw new Failure("a refusal must bring the new plan", "see the summaries");
  const before = apply.outputs["applied-stacks"];
  const done = before ? `${before} applied, then ` : "";
  step.result(`${done}refused (plan-differs); new plan ${shortPlan(waiting)} ${issueOf(applied)}`);
  return waiting;
}

const issueOf = ({ posted }: Applied) => (posted["issue-number"] ? `in issue #${posted["issue-number"]}` : "");

const openIssues = ({ github }: Scenario) =>
  [...github.state.issues.values()].filter(({ isPull, state }) => !isPull && state === "open").length;

function showComment({ github }: Scenario, step: Step, { number, title }: PullRequest): void {
  const [comment] = github.state.commentsOn({ issue: number });
  if (comment === undefined) throw new Failure(`#${number} must have a comment`, "see the log of report-plan");
  show(step, `#${number} “${title}”: comment ${comment.id}`, comment.body);
}

function showPosted({ github }: Scenario, step: Step, { sha, posted }: Applied): void {
  const comment = github.state.comments.find(({ id }) => String(id) === posted["comment-id"]);
  if (comment === undefined)
    throw new Failure(`the apply of ${sha} must be reported in a comment`, "see report-plan's log");
  const location = "issue" in comment.on ? `#${comment.on.issue}` : `commit ${sha.slice(0, 7)}`;
  show(step, `${location}: comment ${comment.id}`, comment.body);
}
