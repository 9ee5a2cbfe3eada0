import { Failure } from "@slipway/core";
import { repositoryName, type Scenario, type WorkflowEvent } from "./scenario.ts";

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
  readonly author?: string;
  /** `owner/name` of the repository that its branch is in. */
  readonly headRepository?: string;
}

/** Opens a pull request from main with one commit. */
export async function openPull({ repository, github }: Scenario, opened: OpenedPull): Promise<PullRequest> {
  const { branch, title, change, author: login = "octocat", headRepository = repositoryName } = opened;
  const baseSha = await repository.sha("main");
  await repository.branch(branch);
  const headSha = await repository.commit(change.path, change.rewrite, change.message);
  const { number } = github.state.addPull({ title, headSha, headRef: branch, headRepository, baseSha, login });
  return { number, branch, title };
}

/** Adds a commit to a pull request. */
export async function pushTo({ repository, github }: Scenario, pull: PullRequest, change: Change): Promise<void> {
  await repository.checkout(pull.branch);
  const sha = await repository.commit(change.path, change.rewrite, change.message);
  const stored = github.state.pulls.get(pull.number);
  if (stored === undefined) throw new Error(`pull request ${pull.number} must be open`);
  stored.headSha = sha;
  stored.commits.push(sha);
}

/** Merges by squash and returns main's new commit. */
export async function squashMerge({ repository, github }: Scenario, pull: PullRequest): Promise<string> {
  const sha = await repository.squash(pull.branch, `${pull.title} (#${pull.number})`);
  const stored = github.state.pulls.get(pull.number);
  if (stored === undefined) throw new Error(`pull request ${pull.number} must be open`);
  github.state.merge(stored, sha);
  return sha;
}

/** The event of a pull request; the folder has its merge into main checked out. */
export async function pullRequestEvent({ repository }: Scenario, pull: PullRequest): Promise<WorkflowEvent> {
  const [head, base] = [await repository.sha(pull.branch), await repository.sha("main")];
  const sha = await repository.mergeRef(pull.branch);
  const repo = { full_name: repositoryName };
  return {
    name: "pull_request",
    workflow: "plan",
    ref: `refs/pull/${pull.number}/merge`,
    sha,
    payload: {
      action: "synchronize",
      number: pull.number,
      pull_request: {
        number: pull.number,
        title: pull.title,
        head: { ref: pull.branch, sha: head, repo },
        base: { ref: "main", sha: base, repo },
        labels: [],
      },
    },
  };
}

/** The event of a push to main, which is put into the folder. */
export async function pushEvent({ repository }: Scenario): Promise<WorkflowEvent> {
  await repository.checkout("main");
  const sha = await repository.sha("main");
  return {
    name: "push",
    workflow: "apply",
    ref: "refs/heads/main",
    sha,
    payload: { ref: "refs/heads/main", after: sha, head_commit: { id: sha }, commits: [{ id: sha }] },
  };
}

/** The event of a manual start of the workflow `apply`. */
export async function dispatchEvent(
  scenario: Scenario,
  inputs: Readonly<Record<string, string>>,
): Promise<WorkflowEvent> {
  const { sha } = await pushEvent(scenario);
  return {
    name: "workflow_dispatch",
    workflow: "apply",
    ref: "refs/heads/main",
    sha,
    payload: { ref: "refs/heads/main", inputs },
  };
}

const environments = "apps/infra/src/environments.ts";
const networkStack = "apps/infra/src/stacks/network-stack.ts";

/** Changes of the scenario's pull requests. Each can be applied repeatedly to main as the last scenario left it. */
export const changes = {
  /** More memory for web and, by mistake, another port, which would replace the target group. */
  memoryAndPort: (base: number): Change => ({
    path: environments,
    message: "Web: more memory, and port 80 like everywhere else",
    rewrite: (text) => web.set(web.set(text, "memory", String(otherMemory(text, base))), "port", "80"),
  }),

  portAsItWas: {
    path: environments,
    message: "Keep the port: it is the container's",
    rewrite: (text) => web.set(text, "port", undefined),
  } satisfies Change as Change,

  /** Another memory for web, and nothing else. */
  memory: (base: number): Change => ({
    path: environments,
    message: "Web: the memory that it needs",
    rewrite: (text) => web.set(text, "memory", String(otherMemory(text, base))),
  }),

  healthCheckPath: (base: string): Change => ({
    path: environments,
    message: "Web: the health check says who asks",
    rewrite: (text) => {
      const path = web.get(text, "healthCheckPath") === undefined ? `${base}?from=load-balancer` : undefined;
      return web.set(text, "healthCheckPath", path === undefined ? undefined : JSON.stringify(path));
    },
  }),

  /** Replaces the subnet, so that its id, an output that the service stack reads, changes. */
  subnetRange: (letter: string, ranges: readonly [string, string]): Change => ({
    path: networkStack,
    message: `Private subnet ${letter}: a range of its own, the old one is the VPN's`,
    rewrite: (text) => {
      const [first, second] = ranges;
      const line = (range: string) =>
        `    const moved = this.network.privateSubnets.subnets.get("${letter}");\n    if (moved !== undefined && environment.key === "staging") moved.cidrBlock = "${range}";\n`;
      if (text.includes(line(first))) return text.replace(line(first), line(second));
      if (text.includes(line(second))) return text.replace(line(second), line(first));
      return replaced(text, /^ {4}this\.network = new Network\(.*\);\n/m, (made) => made + line(first), networkStack);
    },
  }),

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

/** A GiB more than the base value, or the base value if it is already more. */
function otherMemory(text: string, base: number): number {
  return web.get(text, "memory") === undefined || Number(web.get(text, "memory")) === base ? base + 1024 : base;
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
