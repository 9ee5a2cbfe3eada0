import { githubClient } from "@slipway/github/client";
import type { System } from "@slipway/local-aws";
import { codeOwners } from "./code-owners.ts";
import type { Finding } from "./finding.ts";
import { type Expected, judgeSettings } from "./judge-settings.ts";
import { remoteRepository } from "./remote-repository.ts";
import { type Place, readSettings } from "./settings.ts";

export interface ExamineRequest {
  /** Root folder of the repository. */
  readonly root: string;
  readonly system: System;
  readonly expected: Expected;
}

/** Everything that the workflows rely on and no file can set: what is so, what is not, and what could not be seen. */
export async function examine({ root, system, expected }: ExamineRequest): Promise<readonly Finding[]> {
  return [...codeOwners(root), ...(await onGithub({ root, system, expected }))];
}

async function onGithub({ root, system, expected }: ExamineRequest): Promise<readonly Finding[]> {
  const { variables } = system;
  const place = await placeOf(root, system);
  if (place === undefined)
    return [unseen("the git remote origin leads to no repository on GitHub; set GITHUB_REPOSITORY=OWNER/NAME")];
  const token = variables.GITHUB_TOKEN || variables.GH_TOKEN;
  if (!token) {
    return [
      unseen(`there is no token: GITHUB_TOKEN=$(gh auth token) npm run doctor looks at ${place.owner}/${place.repo}`),
    ];
  }
  const client = githubClient({ token, apiUrl: variables.GITHUB_API_URL || "https://api.github.com" });
  return judgeSettings(await readSettings(client, place), expected);
}

const unseen = (why: string): Finding => ({ state: "unknown", what: "what is set up on GitHub", why });

async function placeOf(root: string, { run, find, variables }: System): Promise<Place | undefined> {
  const named = variables.GITHUB_REPOSITORY;
  if (named) return remoteRepository(`https://github/${named}`);
  const [git] = find("git");
  if (git === undefined) return undefined;
  const { ok, stdout } = await run(git, ["-C", root, "remote", "get-url", "origin"]);
  return ok ? remoteRepository(stdout) : undefined;
}
