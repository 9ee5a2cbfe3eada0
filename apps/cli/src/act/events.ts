import type { WorkflowEvent } from "./workflow-event.ts";

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

    schedule(cron: string, sha: string): WorkflowEvent {
      const payload = { schedule: cron, ...common("github-actions[bot]") };
      return { name: "schedule", ref: main, sha, actor: "github-actions[bot]", payload };
    },
  };
}
