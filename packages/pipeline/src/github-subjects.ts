import type { GithubRepository } from "./github-repository.ts";

/** Which jobs of a repository: those of a GitHub environment, or, of no environment, those that run on a ref. */
export type GithubJobs = { readonly environment: string } | { readonly ref: string };

/**
 * The `sub` of the tokens of these jobs, in both forms: repositories made or renamed since July 2026 are named with the ids of
 * owner and repository, older ones by names alone.
 */
export function githubSubjects(repository: GithubRepository, jobs: GithubJobs): readonly [names: string, ids: string] {
  const { owner, name, ownerId, id } = repository;
  const where = "environment" in jobs ? environmentClaim(jobs.environment) : refClaim(jobs.ref);
  return [`repo:${owner}/${name}:${where}`, `repo:${owner}@${ownerId}/${name}@${id}:${where}`];
}

function environmentClaim(environment: string): string {
  if (!/^[\w-]+$/.test(environment)) {
    throw new Error(
      `environment (${environment}) must be letters, digits, hyphens and underscores; GitHub would write others differently into its tokens.`,
    );
  }
  return `environment:${environment}`;
}

function refClaim(ref: string): string {
  if (!/^refs\/(heads|tags)\/[\w./-]+$/.test(ref)) {
    throw new Error(`ref (${ref}) must be one whole branch or tag; write for example refs/heads/main.`);
  }
  return `ref:${ref}`;
}
