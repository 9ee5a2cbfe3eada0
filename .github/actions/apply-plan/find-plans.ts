import { ActionFailure } from "@slipway/core";
import { commentStore, marker } from "@slipway/github/comments";
import type { GithubContext } from "@slipway/github/context";
import { type Pull, pullStore } from "@slipway/github/pull-requests";
import { type Manifest, manifestLine } from "@slipway/plan-review/manifest/manifest";
import type { StoredPlans } from "@slipway/plan-review/manifest/stored-plans";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { ApplyInput } from "./input.ts";

/** A plan that was reviewed, and the pull requests whose labels count for it. */
export interface ReviewedPlan {
  readonly id: string;
  readonly manifest: Manifest;
  readonly pulls: readonly Pull[];
}

export interface FoundPlans {
  /** The newest first. */
  readonly plans: readonly ReviewedPlan[];
  /** Of merged pull requests whose plan is not there or is not of what was merged. */
  readonly problems: readonly ActionFailure[];
  /** Merged pull requests of the push. */
  readonly pulls: readonly Pull[];
}

type PlanQuery = Pick<ApplyInput, "environment" | "plan" | "commit" | "pushed" | "branch">;

/** Limits the calls to GitHub; a push has fewer commits. */
const mostCommits = 100;
/** GitHub may need a moment to know which pull request a new commit came from. */
const retryMilliseconds = 3000;

/** The plan that was named, or those of the pull requests that the push merged. */
export async function findPlans(input: PlanQuery, stored: StoredPlans, github: GithubContext): Promise<FoundPlans> {
  if (input.plan !== "") {
    const plan = await namedPlan(input, stored, github);
    return { plans: [plan], problems: [], pulls: plan.pulls };
  }
  const pulls = await mergedPulls(input, github);
  const plans: ReviewedPlan[] = [];
  const problems: ActionFailure[] = [];
  for (const pull of pulls) {
    const found = await planOf(pull, input, stored, github);
    if (found instanceof ActionFailure) problems.push(found);
    else plans.push(found);
  }
  return { plans, problems, pulls };
}

/** Rejects a plan of another environment, and one whose pull request was not merged at the planned commit. */
async function namedPlan({ environment, plan: id, branch }: PlanQuery, stored: StoredPlans, github: GithubContext) {
  const manifest = await stored.getManifest(id);
  if (manifest.environment !== environment) throw wrongEnvironment(id, manifest, environment);
  if (manifest.pr === null) {
    const pulls = await pullStore(github).ofCommit(manifest.head);
    return { id, manifest, pulls: pulls.filter((pull) => pull.merged && pull.base === branch) };
  }
  const pull = await pullStore(github).get(manifest.pr);
  if (pull === undefined || !pull.merged || pull.base !== branch) {
    const what = `Plan ${id} is of pull request #${manifest.pr}, which must be merged into \`${branch}\` first`;
    throw new ActionFailure("no-plan", what, `merge it, or plan \`${branch}\`: ${commands.plan(environment)}`);
  }
  if (pull.head !== manifest.head) throw headMismatch(pull, manifest.head, environment);
  return { id, manifest, pulls: [pull] };
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

/** The plan that our comment on a pull request shows. */
async function planOf(
  pull: Pull,
  { environment }: PlanQuery,
  stored: StoredPlans,
  github: GithubContext,
): Promise<ReviewedPlan | ActionFailure> {
  const comments = await commentStore(github, { kind: "issue", number: pull.number }).list();
  const key = { kind: "plan", key: `environment=${environment}` };
  // Anybody can write the marker, so the author must be our own token.
  const ours = comments.filter(({ author, body }) => author === github.author && marker.runOf(body, key) !== undefined);
  const named = ours.map(({ body }) => manifestLine.read(body)).find((line) => line?.environment === environment);
  if (named === undefined) {
    const what = `Pull request #${pull.number} has no plan for \`${environment}\` in a comment by ${github.author}`;
    return new ActionFailure("no-plan", what, `plan what was merged: ${commands.plan(environment)}`);
  }
  if (named.head !== pull.head) return headMismatch(pull, named.head, environment);
  try {
    const manifest = await stored.getManifest(named.plan);
    if (manifest.environment !== environment) return wrongEnvironment(named.plan, manifest, environment);
    if (manifest.pr !== pull.number || manifest.head !== pull.head)
      return headMismatch(pull, manifest.head, environment);
    return { id: named.plan, manifest, pulls: [pull] };
  } catch (error) {
    if (error instanceof ActionFailure) return error;
    throw error;
  }
}

function headMismatch(pull: Pull, planned: string, environment: string): ActionFailure {
  const what = `Pull request #${pull.number} was merged at ${pull.head.slice(0, 7)}, its plan is of ${planned.slice(0, 7)}`;
  return new ActionFailure("head-mismatch", what, `plan what was merged: ${commands.plan(environment)}`);
}

function wrongEnvironment(id: string, manifest: Manifest, environment: string): ActionFailure {
  const what = `Plan ${id} is of \`${manifest.environment}\` and must be of \`${environment}\``;
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
      .flatMap(({ manifest }) => manifest.stacks)
      .find(({ name, config, empty }) => name === stack.name && config === stack.sha256 && !empty);
    const state = reviewed === undefined ? undefined : await engine.state(stack);
    if (state !== undefined && state.serial === reviewed?.state?.serial && state.lineage === reviewed.state.lineage) {
      repairs.add(stack.name);
    }
  }
  return repairs;
}
