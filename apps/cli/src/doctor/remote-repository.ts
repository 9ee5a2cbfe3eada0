/** Owner and name of the repository that a git remote leads to; undefined for what is no address of a repository. */
export function remoteRepository(url: string): { readonly owner: string; readonly repo: string } | undefined {
  const [, owner, repo] =
    /^(?:[\w+]+:\/\/(?:[^@/]+@)?[^/]+\/|(?:[^@/]+@)?[^:/]+:)([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(url.trim()) ?? [];
  return owner === undefined || repo === undefined ? undefined : { owner, repo };
}
