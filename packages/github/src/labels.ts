import { statusOf, withRetries } from "./client.ts";
import type { GithubContext } from "./context.ts";

/** Whether a label on a pull request counts, and why one that is there does not. */
export interface LabelState {
  readonly counts: boolean;
  /** Undefined where the label counts or is not there. */
  readonly why: string | undefined;
}

/** A label counts if the person who put it there may write to the repository. A job's token could set one as well. */
export async function labelState(context: GithubContext, number: number, label: string): Promise<LabelState> {
  const last = (await labelEvents(context, number)).filter((event) => event.label === label).at(-1);
  if (last === undefined || !last.set) return { counts: false, why: undefined };
  const { actor } = last;
  if (actor?.type !== "User") return { counts: false, why: `${actor?.login ?? "nobody"} set it, which is no person` };
  const mayWrite = ["admin", "write"].includes(await permissionOf(context, actor.login));
  return mayWrite
    ? { counts: true, why: undefined }
    : { counts: false, why: `${actor.login} set it, without write access` };
}

interface LabelEvent {
  readonly set: boolean;
  readonly label: string;
  readonly actor: { readonly login: string; readonly type?: string } | null;
}

const perPage = 100;

/** The oldest first, as GitHub lists them. */
async function labelEvents(
  { client, owner, repo, log, wait }: GithubContext,
  issue_number: number,
): Promise<LabelEvent[]> {
  const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/events";
  const found: LabelEvent[] = [];
  for (let page = 1; ; page += 1) {
    const range = { owner, repo, issue_number, per_page: perPage, page };
    const { data } = await withRetries(() => client.request(route, range), { wait, info: log.info });
    for (const each of data) {
      if (!("label" in each) || (each.event !== "labeled" && each.event !== "unlabeled")) continue;
      found.push({ set: each.event === "labeled", label: each.label.name, actor: each.actor });
    }
    if (data.length < perPage) return found;
  }
}

async function permissionOf({ client, owner, repo, log, wait }: GithubContext, username: string): Promise<string> {
  const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  try {
    const call = () => client.request(route, { owner, repo, username });
    return (await withRetries(call, { wait, info: log.info })).data.permission;
  } catch (error) {
    if (statusOf(error) === 404) return "none";
    throw error;
  }
}
