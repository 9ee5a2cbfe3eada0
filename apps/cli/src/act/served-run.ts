import { environmentRules } from "./environment-rules.ts";
import { jobNamed } from "./job-named.ts";
import type { PlannedJob } from "./planned-jobs.ts";
import type { ServedRun } from "./runner-service.ts";
import { idTokenClaims, type RunIdentity } from "./tokens.ts";

export interface ServedRunRequest {
  readonly run: RunIdentity;
  readonly jobs: readonly PlannedJob[];
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string;
  readonly review: ServedRun["review"];
}

/** What GitHub answers to the jobs of a run: known from the workflow, the event and the settings, never from the job that asks. */
export function servedRun({ run, jobs, sign, review }: ServedRunRequest): ServedRun {
  const { event, repository, runId } = run;
  return {
    id: runId,
    review,
    idToken: async (name, audience) => {
      const job = jobNamed(jobs, name);
      if (job === undefined) return { refusal: `job (${name}) must be one of the workflow's` };
      if (!job.idToken) return { refusal: `job (${name}) must have the permission id-token: write` };
      if (isFork(event.payload, repository)) return { refusal: "a fork's pull request gets no identity token" };
      const { ref } = environmentRules[job.environment ?? ""] ?? {};
      if (ref !== undefined && !ref.test(event.ref)) {
        return {
          refusal: `${event.ref} is not allowed to deploy to ${job.environment} due to environment protection rules`,
        };
      }
      return { value: sign(idTokenClaims(run, job, audience)) };
    },
  };
}

function isFork(payload: Readonly<Record<string, unknown>>, repository: string): boolean {
  const { pull_request } = payload as { pull_request?: { head: { repo: { full_name: string } } } };
  return pull_request !== undefined && pull_request.head.repo.full_name !== repository;
}
