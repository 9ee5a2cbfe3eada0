import type { GithubClient } from "./client.ts";
import { type Retries, withRetries } from "./with-retries.ts";

/**
 * The login a token writes as. A workflow's own token cannot ask for it (and is always the same); a person's can.
 * Another app's token can neither: its login is given as an input, or learned from the first thing it writes.
 */
export async function ownLogin(client: GithubClient, token: string, retries: Retries): Promise<string> {
  if (!/^(ghp|gho|ghu|github_pat)_/.test(token)) return "github-actions[bot]";
  const { data } = await withRetries(() => client.request("GET /user"), retries);
  return data.login;
}
