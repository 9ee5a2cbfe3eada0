import { foreignHostError } from "@slipway/core/github-host";
import type { Host } from "@slipway/local-aws";

/** The address that the git remote `origin` leads to; undefined without git or such a remote. */
export async function originAddress(
  root: string,
  { run, find }: Pick<Host, "run" | "find">,
): Promise<string | undefined> {
  const [git] = find("git");
  if (git === undefined) return undefined;
  const { ok, stdout } = await run(git, ["-C", root, "remote", "get-url", "origin"]);
  return ok ? stdout.trim() : undefined;
}

/** What is wrong where the repository, or the API that is named, is on another GitHub than github.com. */
export function otherGithub(origin: string | undefined, { variables }: Pick<Host, "variables">) {
  const { GITHUB_REPOSITORY, GITHUB_SERVER_URL, GITHUB_API_URL } = variables;
  const repository = GITHUB_REPOSITORY ? { GITHUB_REPOSITORY } : { "the git remote origin": origin };
  return foreignHostError({ ...repository, GITHUB_SERVER_URL, GITHUB_API_URL });
}
