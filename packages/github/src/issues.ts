import type { GithubContext } from "./context.ts";
import { withRetries } from "./with-retries.ts";

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly open: boolean;
  readonly author: string;
  readonly byBot: boolean;
  readonly url: string;
}

/** Issues that carry one label. */
export interface IssueStore {
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
  const ask = <T>(call: () => Promise<T>) => withRetries(call, { wait, info: log.info });
  return {
    async list() {
      const all: Issue[] = [];
      for (let page = 1; ; page += 1) {
        const range = { ...here, state: "all", labels: label, per_page: perPage, page } as const;
        const { data } = await ask(() => client.request("GET /repos/{owner}/{repo}/issues", range));
        all.push(...data.filter(({ pull_request }) => pull_request === undefined).map(issue));
        if (data.length < perPage) return all.sort((a, b) => a.number - b.number);
      }
    },
    async create(title, body) {
      const values = { ...here, title, body, labels: [label] };
      return issue((await ask(() => client.request("POST /repos/{owner}/{repo}/issues", values))).data);
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
      return issue((await ask(call)).data);
    },
    async comment(issue_number, body) {
      const values = { ...here, issue_number, body };
      await ask(() => client.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", values));
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
