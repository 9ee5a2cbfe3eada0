import { statusOf } from "./status-of.ts";

export interface Retries {
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
