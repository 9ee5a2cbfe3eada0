import { Failure } from "@slipway/core";
import picomatch from "picomatch";
import type { Workflow, WorkflowEvent } from "./workflow.ts";

/** The repository that events are of. */
export interface EventRepository {
  /** `owner/name` */
  readonly fullName: string;
  readonly id: number;
  readonly ownerId: number;
}

export interface EventPull {
  readonly number: number;
  readonly title: string;
  readonly author: string;
  readonly headRef: string;
  readonly headSha: string;
  /** `owner/name`; another one than the event's is a fork. */
  readonly headRepository: string;
  readonly baseSha: string;
  readonly labels: readonly string[];
  /** The merge of head into base, which workflows run on. */
  readonly mergeSha: string;
}

export interface EventCommit {
  readonly id: string;
  readonly message: string;
}

/** A run of another workflow that has ended. */
export interface EndedRun {
  readonly id: number;
  /** Name of the workflow, and its file. */
  readonly workflow: string;
  readonly file: string;
  readonly event: WorkflowEvent["name"];
  readonly conclusion: "success" | "failure" | "cancelled";
  /** Of a pull request: its branch, not the merge that the workflow ran on. */
  readonly headRef: string;
  readonly headSha: string;
  /** `owner/name` */
  readonly headRepository: string;
  readonly actor: string;
}

export type GithubEvents = ReturnType<typeof githubEvents>;

/** Events as GitHub sends them, with the fields that workflows and actions may read. */
export function githubEvents(repository: EventRepository) {
  const [owner = "", name = ""] = repository.fullName.split("/");
  const user = (login: string) => ({ login, type: login.endsWith("[bot]") ? "Bot" : "User" });
  const about = (fullName: string) => {
    const [itsOwner = ""] = fullName.split("/");
    return {
      id: fullName === repository.fullName ? repository.id : repository.id + 1,
      full_name: fullName,
      name,
      owner: { ...user(itsOwner), id: itsOwner === owner ? repository.ownerId : repository.ownerId + 1 },
      private: false,
      fork: fullName !== repository.fullName,
      default_branch: "main",
      html_url: `https://github.com/${fullName}`,
    };
  };
  const common = (actor: string) => ({ repository: about(repository.fullName), sender: user(actor) });
  const main = "refs/heads/main";

  return {
    pullRequest(pull: EventPull, action: "opened" | "synchronize", actor = pull.author): WorkflowEvent {
      const { number, title, headRef, headSha, headRepository, baseSha, mergeSha, labels } = pull;
      const side = (ref: string, sha: string, of: string) => ({
        label: `${of.split("/")[0]}:${ref}`,
        ref,
        sha,
        repo: about(of),
        user: user(of.split("/")[0] ?? ""),
      });
      const pull_request = {
        number,
        title,
        state: "open",
        draft: false,
        merged: false,
        html_url: `https://github.com/${repository.fullName}/pull/${number}`,
        user: user(pull.author),
        labels: labels.map((label) => ({ name: label })),
        head: side(headRef, headSha, headRepository),
        base: side("main", baseSha, repository.fullName),
        merge_commit_sha: mergeSha,
      };
      return {
        name: "pull_request",
        ref: `refs/pull/${number}/merge`,
        sha: mergeSha,
        actor,
        payload: { action, number, pull_request, ...common(actor) },
      };
    },

    push(before: string, commits: readonly [EventCommit, ...EventCommit[]], actor: string): WorkflowEvent {
      const head = commits.at(-1) as EventCommit;
      const payload = {
        ref: main,
        before,
        after: head.id,
        created: false,
        deleted: false,
        forced: false,
        head_commit: head,
        commits,
        pusher: { name: actor },
        ...common(actor),
      };
      return { name: "push", ref: main, sha: head.id, actor, payload };
    },

    dispatch(file: string, sha: string, inputs: Readonly<Record<string, string>>, actor: string): WorkflowEvent {
      const payload = { ref: main, workflow: `.github/workflows/${file}`, inputs, ...common(actor) };
      return { name: "workflow_dispatch", ref: main, sha, actor, payload };
    },

    /** Whatever the other run was of: the workflow is main's, at its newest commit. GitHub leaves `pull_requests` empty at times. */
    workflowRun(run: EndedRun, sha: string): WorkflowEvent {
      const { id, event, conclusion, headRef: head_branch, headSha: head_sha } = run;
      const workflow = { name: run.workflow, path: `.github/workflows/${run.file}` };
      const html_url = `https://github.com/${repository.fullName}/actions/runs/${id}`;
      const head = { head_branch, head_sha, head_repository: about(run.headRepository), pull_requests: [] };
      const workflow_run = { id, ...workflow, event, conclusion, ...head, actor: user(run.actor), html_url };
      const payload = { action: "completed", workflow, workflow_run, ...common(run.actor) };
      return { name: "workflow_run", ref: main, sha, actor: run.actor, payload };
    },

    schedule(cron: string, sha: string): WorkflowEvent {
      const payload = { schedule: cron, ...common("github-actions[bot]") };
      return { name: "schedule", ref: main, sha, actor: "github-actions[bot]", payload };
    },
  };
}

interface Filter {
  readonly types?: readonly string[];
  readonly branches?: readonly string[];
  readonly "branches-ignore"?: readonly string[];
  readonly tags?: readonly string[];
  readonly paths?: readonly string[];
  readonly "paths-ignore"?: readonly string[];
  readonly workflows?: readonly string[];
}

interface CompletedRun {
  readonly action: string;
  readonly workflow_run: { readonly name: string; readonly head_branch: string };
}

interface PullRequest {
  readonly action: string;
  readonly pull_request: { readonly base: { readonly ref: string } };
}

/**
 * Whether GitHub would start the workflow on this event; act ignores these filters. `changed` are the paths that the push or the
 * pull request changes.
 */
export function startsOn(workflow: Workflow, event: WorkflowEvent, changed: readonly string[]): boolean {
  if (!(event.name in workflow.on)) return false;
  const filter = (workflow.on[event.name] ?? {}) as Filter;
  if (event.name === "pull_request") {
    const { action, pull_request } = event.payload as unknown as PullRequest;
    const types = filter.types ?? ["opened", "synchronize", "reopened"];
    return types.includes(action) && matches(filter, "branches", pull_request.base.ref) && touches(filter, changed);
  }
  if (event.name === "workflow_run") {
    const { action, workflow_run: run } = event.payload as unknown as CompletedRun;
    const { workflows = [], types = [action] } = filter;
    return workflows.includes(run.name) && types.includes(action) && matches(filter, "branches", run.head_branch);
  }
  if (event.name !== "push") return true;
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.+)$/.exec(event.ref) ?? [];
  // A filter on tags alone excludes branches, and vice versa.
  const only = (wanted: keyof Filter, other: keyof Filter) =>
    filter[wanted] !== undefined && filter[other] === undefined;
  if (kind === "tags") return !only("branches", "tags") && matches(filter, "tags", name);
  return !only("tags", "branches") && matches(filter, "branches", name) && touches(filter, changed);
}

function matches(filter: Filter, kind: "branches" | "tags", name: string): boolean {
  const ignored = kind === "branches" ? filter["branches-ignore"] : undefined;
  if (ignored !== undefined) return !chosen(ignored, name);
  const patterns = filter[kind];
  return patterns === undefined || chosen(patterns, name);
}

function touches(filter: Filter, changed: readonly string[]): boolean {
  const { paths, "paths-ignore": ignored } = filter;
  if (ignored !== undefined) return changed.some((path) => !chosen(ignored, path));
  return paths === undefined || changed.some((path) => chosen(paths, path));
}

/** The last matching pattern decides; a pattern with `!` excludes. */
function chosen(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((taken, pattern) => {
    const takesBack = pattern.startsWith("!");
    const fits = picomatch.isMatch(name, takesBack ? pattern.slice(1) : pattern, { dot: true });
    return fits ? !takesBack : taken;
  }, false);
}

interface Input {
  readonly type?: string;
  readonly required?: boolean;
  readonly default?: unknown;
  readonly options?: readonly string[];
}

/** Validates the inputs of a workflow_dispatch as GitHub does and returns all of them as text. act does not validate inputs. */
export function dispatchInputs(
  { on, file }: Workflow,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (!("workflow_dispatch" in on))
    throw new Failure(`${file} must have the trigger workflow_dispatch to be started by hand.`);
  const { inputs = {} } = (on.workflow_dispatch ?? {}) as { readonly inputs?: Readonly<Record<string, Input>> };
  const unknown = Object.keys(given).find((name) => !(name in inputs));
  if (unknown !== undefined)
    throw new Failure(`input (${unknown}) must be one that ${file} declares: ${Object.keys(inputs).join(", ")}.`);
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, checked(name, input, given[name])]));
}

function checked(name: string, { type, required, default: usual = "", options = [] }: Input, given?: string): string {
  const value = given ?? String(usual);
  if (required === true && value === "") throw new Failure(`input ${name} must be given.`);
  if (type === "choice" && !options.includes(value))
    throw new Failure(`input ${name} (${value}) must be one of ${options.join(", ")}.`);
  if (type === "boolean" && !/^(true|false|)$/.test(value))
    throw new Failure(`input ${name} (${value}) must be true or false.`);
  return value;
}
