import { withRetries } from "./client.ts";
import { type Marker, marker } from "./comments.ts";
import type { GithubContext } from "./context.ts";

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly open: boolean;
  readonly author: string;
  readonly byBot: boolean;
  readonly url: string;
}

/** Issues that carry one label. */
interface IssueStore {
  list(): Promise<readonly Issue[]>;
  create(title: string, body: string): Promise<Issue>;
  update(number: number, values: { title?: string; body?: string; open?: boolean }): Promise<Issue>;
  comment(number: number, body: string): Promise<void>;
}

interface RawIssue {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly html_url: string;
  readonly user: { readonly login: string; readonly type: string } | null;
  readonly pull_request?: unknown;
}

const perPage = 100;

/** The issues with a label, the oldest first, through GitHub's REST API. */
export function issueStore({ client, owner, repo, log, wait }: GithubContext, label: string): IssueStore {
  const here = { owner, repo };
  const send = <T>(call: () => Promise<T>) => withRetries(call, { wait, info: log.info });
  return {
    async list() {
      const all: Issue[] = [];
      for (let page = 1; ; page += 1) {
        const range = { ...here, state: "all", labels: label, per_page: perPage, page } as const;
        const { data } = await send(() => client.request("GET /repos/{owner}/{repo}/issues", range));
        all.push(...data.filter(({ pull_request }) => pull_request === undefined).map(issue));
        if (data.length < perPage) return all.sort((a, b) => a.number - b.number);
      }
    },
    async create(title, body) {
      const values = { ...here, title, body, labels: [label] };
      return issue((await send(() => client.request("POST /repos/{owner}/{repo}/issues", values))).data);
    },
    async update(issue_number, { title, body, open }) {
      const state = open === undefined ? {} : open ? { state: "open", state_reason: "reopened" } : closed;
      const values = {
        ...here,
        issue_number,
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { body }),
      };
      const call = () =>
        client.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...values, ...(state as typeof closed) });
      return issue((await send(call)).data);
    },
    async comment(issue_number, body) {
      const values = { ...here, issue_number, body };
      await send(() => client.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", values));
    },
  };
}

const closed = { state: "closed", state_reason: "completed" } as const;

function issue({ number, title, body, state, html_url, user }: RawIssue): Issue {
  return {
    number,
    title,
    body: body ?? "",
    open: state === "open",
    author: user?.login ?? "",
    byBot: user?.type === "Bot",
    url: html_url,
  };
}

export interface WantedIssue {
  readonly marker: Marker;
  /** Undefined: nothing to report, an open issue is closed. */
  readonly content: { readonly title: string; readonly body: string } | undefined;
  /** Written under an issue that is closed. */
  readonly closing: string;
  readonly runId: number;
  readonly login: string;
}

export interface UpsertedIssue {
  readonly state: "created" | "updated" | "reopened" | "same" | "closed" | "absent" | "superseded";
  readonly issue: Issue | undefined;
}

/** Keeps one issue per marker: made, updated, opened again, and closed when there is nothing to report any more. */
export async function upsertIssue(
  store: IssueStore,
  known: readonly Issue[],
  wanted: WantedIssue,
): Promise<UpsertedIssue> {
  // Anybody can write the marker, so the author must be our own token or a bot.
  const ours = known.filter(
    ({ body, author, byBot }) => (author === wanted.login || byBot) && marker.runOf(body, wanted.marker) !== undefined,
  );
  const current = ours.find(({ open }) => open) ?? ours.at(-1);
  if (current !== undefined && (marker.runOf(current.body, wanted.marker) ?? 0) > wanted.runId)
    return { state: "superseded", issue: current };
  for (const other of ours) if (other !== current && other.open) await store.update(other.number, { open: false });
  const { content } = wanted;
  if (content === undefined) {
    if (current === undefined || !current.open) return { state: "absent", issue: current };
    await store.comment(current.number, wanted.closing);
    return { state: "closed", issue: await store.update(current.number, { open: false }) };
  }
  const body = `${marker.line(wanted.marker, wanted.runId)}\n${content.body}`;
  if (current === undefined) return { state: "created", issue: await store.create(content.title, body) };
  if (!current.open)
    return { state: "reopened", issue: await store.update(current.number, { title: content.title, body, open: true }) };
  if (current.title === content.title && visibleText(current.body) === visibleText(body))
    return { state: "same", issue: current };
  return { state: "updated", issue: await store.update(current.number, { title: content.title, body }) };
}

/** Without the marker and the last line, in which only run and commit differ. */
function visibleText(body: string): string {
  return body
    .split("\n")
    .slice(1)
    .filter((line) => !line.startsWith("<sub>"))
    .join("\n");
}
