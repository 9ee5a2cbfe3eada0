import { Octokit } from "@octokit/core";
import { ActionFailure } from "@slipway/core";

export type GithubClient = InstanceType<typeof Octokit>;

export interface GithubClientOptions {
  readonly token: string;
  readonly apiUrl: string;
}

/** Octokit's core: requests by route, typed; the rest of it would be half a megabyte of bundle. */
export function githubClient({ token, apiUrl }: GithubClientOptions): GithubClient {
  const quiet = () => undefined;
  return new Octokit({
    auth: token,
    baseUrl: apiUrl,
    userAgent: "slipway",
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}

interface Retries {
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly info: (line: string) => void;
}

const attempts = 5;
const longestWait = 90_000;

/** Asks again after server errors, rate limits and lost connections, as long as GitHub says or ever longer. */
export async function withRetries<T>(call: () => Promise<T>, { wait, info }: Retries): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const pause = attempt < attempts ? pauseAfter(error, attempt) : undefined;
      if (pause === undefined) throw error;
      info(`GitHub answered ${statusOf(error) ?? "nothing"}; asking again in ${Math.round(pause / 1000)} s`);
      await wait(pause);
    }
  }
}

/** Undefined for what asking again cannot change. */
function pauseAfter(error: unknown, attempt: number): number | undefined {
  const status = statusOf(error);
  const growing = 1000 * 2 ** (attempt - 1);
  if (status === undefined) return isLostConnection(error) ? growing : undefined;
  if (status >= 500) return growing;
  if (status !== 403 && status !== 429) return undefined;
  const headers = headersOf(error);
  const limited = headers["x-ratelimit-remaining"] === "0";
  const after = Number(headers["retry-after"]);
  const reset = Number(headers["x-ratelimit-reset"]) * 1000 - Date.now();
  const secondary =
    status === 429 || /secondary rate limit|rate limit exceeded/i.test(String((error as Error).message));
  const pause =
    after > 0 ? after * 1000 : limited && reset > 0 ? reset + 1000 : limited || secondary ? growing : undefined;
  // A limit that lasts for an hour is not waited for.
  return pause === undefined || pause > longestWait ? undefined : pause;
}

function isLostConnection(error: unknown): boolean {
  return error instanceof Error && "request" in error;
}

function headersOf(error: unknown): Readonly<Record<string, string | undefined>> {
  const response = (error as { response?: { headers?: Record<string, unknown> } }).response;
  return Object.fromEntries(Object.entries(response?.headers ?? {}).map(([name, value]) => [name, String(value)]));
}

/** What an error of GitHub's API means to the reader of the log; errors of another kind stay as they are. */
export function githubFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !("request" in error)) return error;
  const status = statusOf(error);
  const text = (error.message.split(" - https://")[0] ?? "").split("\n")[0] ?? "";
  if (status === undefined || status >= 500 || status === 429 || /rate limit/i.test(text)) {
    const what = status === undefined ? "GitHub does not answer" : `GitHub answered ${status} again and again`;
    return new ActionFailure("github-unreachable", `${what} (${text})`, "run again in a while", { cause: error });
  }
  const next = "check `permissions:` of the job and the inputs, then run again";
  return new ActionFailure("github-refused", `GitHub refused a call with ${status} (${text})`, next, { cause: error });
}

/** HTTP status of an error that Octokit threw; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) return undefined;
  // Octokit says 500 for what never reached GitHub.
  return typeof error.status === "number" && "response" in error && error.response ? error.status : undefined;
}

/** Why GitHub does not let us write, as far as that is no fault of this run; undefined for any other error. */
export function writeRefusal(error: unknown): string | undefined {
  const status = statusOf(error);
  const text = error instanceof Error ? error.message : "";
  if (status === 403 && /rate limit/i.test(text)) return undefined;
  // A fork's pull request or Dependabot's gets a token that only reads; a locked conversation takes no comment.
  if (status === 403) return /locked/i.test(text) ? "the conversation is locked" : "the token may only read";
  return status === 410 ? "comments are switched off" : undefined;
}

/**
 * The login a token writes as. A workflow's own token cannot ask for it (and is always the same); a person's can.
 * Another app's token can neither: its login is given as an input, or learned from the first thing it writes.
 */
export async function ownLogin(client: GithubClient, token: string, retries: Retries): Promise<string> {
  if (!/^(ghp|gho|ghu|github_pat)_/.test(token)) return "github-actions[bot]";
  const { data } = await withRetries(() => client.request("GET /user"), retries);
  return data.login;
}
