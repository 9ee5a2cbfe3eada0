import { ActionFailure } from "@slipway/core";
import { commentStore, marker } from "@slipway/github/comments";
import type { GithubContext } from "@slipway/github/context";
import { type Pull, pullStore } from "@slipway/github/pull-requests";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { planLine } from "@slipway/plan-review/promise/comment-line";
import type { PlanPromise } from "@slipway/plan-review/promise/promise";
import type { StoredPromises } from "@slipway/plan-review/promise/stored-promises";
import type { ApplyInput } from "./input.ts";

/** What was reviewed, and the pull requests whose labels count for it. */
export interface ReviewedPlan {
  readonly id: string;
  readonly promise: PlanPromise;
  readonly pulls: readonly Pull[];
}

export interface FoundPlans {
  /** The newest first. */
  readonly plans: readonly ReviewedPlan[];
  /** Of merged pull requests whose plan is not there or is not of what was merged. */
  readonly problems: readonly ActionFailure[];
  /** Merged pull requests of the push. */
  readonly pulls: readonly Pull[];
  /** What people should look at, though it decides nothing. */
  readonly notes: readonly string[];
}

type PlanQuery = Pick<ApplyInput, "environment" | "plan" | "commit" | "pushed" | "branch">;

/** Limits the calls to GitHub; a push has fewer commits. */
const mostCommits = 100;
/** GitHub may need a moment to know which pull request a new commit came from. */
const retryMilliseconds = 3000;

/** The plan that was named, or those of the pull requests that the push merged. */
export async function findPlans(input: PlanQuery, stored: StoredPromises, github: GithubContext): Promise<FoundPlans> {
  if (input.plan !== "") {
    const plan = await namedPlan(input, stored, github);
    return { plans: [plan], problems: [], pulls: plan.pulls, notes: [] };
  }
  const pulls = await mergedPulls(input, github);
  const plans: ReviewedPlan[] = [];
  const problems: ActionFailure[] = [];
  const notes: string[] = [];
  for (const pull of pulls) {
    const found = await planOf(pull, input, stored, github);
    if (found instanceof ActionFailure) problems.push(found);
    else plans.push(found);
    notes.push(...(await otherComments(pull, found instanceof ActionFailure ? undefined : found.id, input, github)));
  }
  for (const note of notes) github.log.warning(note);
  return { plans, problems, pulls, notes };
}

/** Rejects a plan of another environment, and one whose pull request was not merged at the planned commit. */
async function namedPlan({ environment, plan, branch }: PlanQuery, stored: StoredPromises, github: GithubContext) {
  const { id, promise } = await stored.named(plan);
  if (promise.environment !== environment) throw wrongEnvironment(id, promise, environment);
  if (promise.pr === null) {
    const pulls = await pullStore(github).ofCommit(promise.head);
    return { id, promise, pulls: pulls.filter((pull) => pull.merged && pull.base === branch) };
  }
  const pull = await pullStore(github).get(promise.pr);
  if (pull === undefined || !pull.merged || pull.base !== branch) {
    const what = `Plan ${id} is of pull request #${promise.pr}, which must be merged into \`${branch}\` first`;
    throw new ActionFailure("no-plan", what, `merge it, or plan \`${branch}\`: ${commands.plan(environment)}`);
  }
  if (pull.head !== promise.head) throw headMismatch(pull, promise.head, environment);
  return { id, promise, pulls: [pull] };
}

/** The merged pull requests of a push: one, or those of a merge queue's group, by all of their commits. */
async function mergedPulls({ commit, pushed, branch }: PlanQuery, github: GithubContext): Promise<readonly Pull[]> {
  if (pushed.length === 0) return [];
  const found = new Map<number, Pull>();
  const collect = async (commits: readonly string[]) => {
    for (const sha of commits) {
      for (const pull of await pullStore(github).ofCommit(sha)) {
        if (pull.merged && pull.base === branch && !found.has(pull.number)) found.set(pull.number, pull);
      }
    }
  };
  const commits = [...new Set([commit, ...pushed])];
  if (commits.length > mostCommits)
    github.log.warning(`Only the newest ${mostCommits} commits of the push are looked at`);
  await collect(commits.slice(0, mostCommits));
  if (found.size > 0) return [...found.values()];
  await github.wait(retryMilliseconds);
  await collect([commit]);
  return [...found.values()];
}

/** The newest plan of the commit that GitHub says was merged. Run, artifact and comment are not asked: a machine may have written them. */
async function planOf(
  pull: Pull,
  { environment }: PlanQuery,
  stored: StoredPromises,
  github: GithubContext,
): Promise<ReviewedPlan | ActionFailure> {
  try {
    const found = await stored.newest(pull.head);
    if (found?.promise.pr === pull.number) return { ...found, pulls: [pull] };
  } catch (error) {
    if (error instanceof ActionFailure) return error;
    throw error;
  }
  const earlier = (await pullStore(github).commits(pull.number)).filter((commit) => commit !== pull.head);
  const planned = (await stored.planned(earlier)).at(-1);
  if (planned !== undefined) return headMismatch(pull, planned, environment);
  const what = `Pull request #${pull.number} has no plan of ${pull.head.slice(0, 7)} for \`${environment}\``;
  return new ActionFailure("no-plan", what, `plan what was merged: ${commands.plan(environment)}`);
}

/** Comments in our name that show another plan than the one that counts: forged, or left by a run that was overtaken. */
async function otherComments(
  pull: Pull,
  id: string | undefined,
  { environment }: PlanQuery,
  github: GithubContext,
): Promise<readonly string[]> {
  const comments = await commentStore(github, { kind: "issue", number: pull.number })
    .list()
    .catch(() => []);
  const key = { kind: "plan", key: `environment=${environment}` };
  const ours = comments.filter(({ author, body }) => author === github.author && marker.runOf(body, key) !== undefined);
  const shown = ours.map(({ body }) => planLine.read(body)?.plan).filter((plan) => plan !== id);
  const stored = id === undefined ? "none is stored" : `the stored one is ${id.slice(0, 12)}`;
  return shown.map(
    (plan) =>
      `A comment by ${github.author} on #${pull.number} shows ${plan === undefined ? "no plan" : `plan ${plan.slice(0, 12)}`}, ${stored} (it decides nothing; see who edited it)`,
  );
}

function headMismatch(pull: Pull, planned: string, environment: string): ActionFailure {
  const what = `Pull request #${pull.number} was merged at ${pull.head.slice(0, 7)}, its plan is of ${planned.slice(0, 7)}`;
  return new ActionFailure("head-mismatch", what, `plan what was merged: ${commands.plan(environment)}`);
}

function wrongEnvironment(id: string, promise: PlanPromise, environment: string): ActionFailure {
  const what = `Plan ${id} is of \`${promise.environment}\` and must be of \`${environment}\``;
  return new ActionFailure("no-plan", what, `plan this environment: ${commands.plan(environment)}`);
}

/**
 * Names of the stacks that are as they were last applied, but that a reviewed plan puts back to that: somebody changed them in
 * AWS. Once a plan was applied the state is another, so that a second run finds nothing to repair.
 */
export async function findRepairs(
  plans: readonly ReviewedPlan[],
  { engine, stacks }: Pick<OpenedEngine, "engine" | "stacks">,
  differences: ReadonlyMap<string, string | undefined>,
): Promise<ReadonlySet<string>> {
  const repairs = new Set<string>();
  for (const stack of stacks.filter(({ name }) => differences.get(name) === undefined)) {
    const reviewed = plans
      .flatMap(({ promise }) => promise.stacks)
      .find(({ name, config, empty }) => name === stack.name && config === stack.sha256 && !empty);
    const state = reviewed === undefined ? undefined : await engine.state(stack);
    if (state !== undefined && state.serial === reviewed?.state?.serial && state.lineage === reviewed.state.lineage) {
      repairs.add(stack.name);
    }
  }
  return repairs;
}
