import type { PlannedJob } from "./planned-jobs.ts";
import type { WorkflowEvent } from "./workflow.ts";

export interface RunIdentity {
  /** `owner/name` */
  readonly repository: string;
  readonly ownerId: number;
  readonly repositoryId: number;
  readonly runId: number;
  /** Name of the workflow that was started. */
  readonly workflow: string;
  /** Its file: `.github/workflows/plan.yml`. */
  readonly file: string;
  readonly event: WorkflowEvent;
}

/** What GitHub's identity token says of a job. https://docs.github.com/en/actions/reference/security/oidc */
export function idTokenClaims(run: RunIdentity, job: PlannedJob, audience: string): Readonly<Record<string, unknown>> {
  const { repository, event } = run;
  const [owner = ""] = repository.split("/");
  const about =
    job.environment !== undefined
      ? `environment:${job.environment}`
      : event.name === "pull_request"
        ? "pull_request"
        : `ref:${event.ref}`;
  const reference = (file: string) => `${repository}/.github/workflows/${file}@${event.ref}`;
  return {
    aud: audience,
    sub: `repo:${repository}:${about}`,
    repository,
    repository_id: String(run.repositoryId),
    repository_owner: owner,
    repository_owner_id: String(run.ownerId),
    ref: event.ref,
    ref_type: event.ref.startsWith("refs/tags/") ? "tag" : "branch",
    sha: event.sha,
    event_name: event.name,
    actor: event.actor,
    run_id: String(run.runId),
    run_attempt: "1",
    workflow: run.workflow,
    workflow_ref: reference(run.file),
    job_workflow_ref: reference(job.workflow),
    runner_environment: "self-hosted",
    ...(job.environment === undefined ? {} : { environment: job.environment }),
  };
}
