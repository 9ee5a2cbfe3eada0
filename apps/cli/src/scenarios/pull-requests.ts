import { Failure } from "@slipway/core";
import type { GithubScenario } from "./github/context.ts";

export interface PullRequest {
  readonly number: number;
  readonly branch: string;
  readonly title: string;
}

/** A change of one file with its message. */
export interface Change {
  readonly path: string;
  readonly message: string;
  readonly rewrite: (text: string) => string;
}

export interface OpenedPull {
  readonly branch: string;
  readonly title: string;
  readonly change: Change;
  readonly author: string;
  /** `owner/name` of the repository that its branch is in. */
  readonly headRepository: string;
}

type Story = Pick<GithubScenario, "repository" | "github">;

/** Opens a pull request from main with one commit. */
export async function openPull({ repository, github }: Story, opened: OpenedPull): Promise<PullRequest> {
  const { branch, title, change, author: login, headRepository } = opened;
  const baseSha = await repository.sha("main");
  await repository.branch(branch);
  const headSha = await repository.commit(change.path, change.rewrite, change.message);
  const { number } = github.state.addPull({ title, headSha, headRef: branch, headRepository, baseSha, login });
  return { number, branch, title };
}

/** Adds a commit to a pull request. */
export async function pushTo({ repository, github }: Story, pull: PullRequest, change: Change): Promise<void> {
  await repository.checkout(pull.branch);
  const sha = await repository.commit(change.path, change.rewrite, change.message);
  const stored = github.state.pulls.get(pull.number);
  if (stored === undefined) throw new Error(`pull request ${pull.number} must be open`);
  stored.headSha = sha;
  stored.commits.push(sha);
}

/** Merges by squash and returns main's new commit. */
export async function squashMerge({ repository, github }: Story, pull: PullRequest): Promise<string> {
  const sha = await repository.squash(pull.branch, `${pull.title} (#${pull.number})`);
  const stored = github.state.pulls.get(pull.number);
  if (stored === undefined) throw new Error(`pull request ${pull.number} must be open`);
  github.state.merge(stored, sha);
  return sha;
}

const environments = "apps/infra/src/environments.ts";

/** Changes of the scenario's pull requests. Each can be applied repeatedly to main as the last scenario left it. */
export const changes = {
  /** More memory for web and, by mistake, another port, which would replace the target group. */
  memoryAndPort: {
    path: environments,
    message: "Web: more memory, and port 80 like everywhere else",
    rewrite: (text) => web.set(otherMemory(text), "port", "80"),
  } satisfies Change as Change,

  portAsItWas: {
    path: environments,
    message: "Keep the port: it is the container's",
    rewrite: (text) => web.set(text, "port", undefined),
  } satisfies Change as Change,

  /** Another memory for web, and nothing else. */
  memory: {
    path: environments,
    message: "Web: the memory that it needs",
    rewrite: otherMemory,
  } satisfies Change as Change,

  readme: { path: "README.md", message: "Say it better", rewrite: (text) => `${text}\nMore to come.\n` } as Change,
};

/** Fields that staging's service `web` has beside those of every environment. */
const web = {
  pattern: /(\n {2}staging: \{[\s\S]*?\bweb: \{ \.\.\.web\([^)]*\))([^}]*?)( \})/,

  get: (text: string, field: string): string | undefined =>
    new RegExp(`, ${field}: ([^,}]+?)(?=,|$)`).exec(web.pattern.exec(text)?.[2] ?? "")?.[1],

  /** Undefined removes the field. */
  set: (text: string, field: string, value: string | undefined): string =>
    replaced(
      text,
      web.pattern,
      (_, head = "", fields = "", end = "") => {
        const others = fields.replace(new RegExp(`, ${field}: [^,}]+?(?=,|$)`), "");
        return `${head}${others}${value === undefined ? "" : `, ${field}: ${value}`}${end}`;
      },
      environments,
    ),
};

/** A GiB more for staging's web than every environment has, or as much as those if it has more already. */
function otherMemory(text: string): string {
  const base = Number(/\bmemory: (\d+)/.exec(text)?.[1] ?? 1024);
  return web.set(text, "memory", web.get(text, "memory") === undefined ? String(base + 1024) : undefined);
}

function replaced(text: string, pattern: RegExp, by: (...found: string[]) => string, file: string): string {
  if (!pattern.test(text)) {
    throw new Failure(
      `${file} must hold what the scenario edits (${pattern.source})`,
      "undo your edit of that line to see the scenario",
    );
  }
  return text.replace(pattern, (...found) => by(...(found as string[])));
}
