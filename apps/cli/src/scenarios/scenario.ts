import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FakeGithub } from "@slipway/github/fake";
import type { SlipwayHome } from "@slipway/local-aws";
import { type ActionName, type ActionResult, runAction } from "../local/run-action.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { ScenarioRepository } from "./repository.ts";

/** Context of the steps of a scenario. */
export interface Scenario {
  readonly home: SlipwayHome;
  readonly reporter: Reporter;
  readonly repository: ScenarioRepository;
  readonly github: FakeGithub;
  /** Folder of the scenario's state. */
  readonly folder: string;
  /** Variables of a job without credentials. */
  readonly plain: SlipwayHome["variables"];
  /** Variables of a job with AWS credentials of the environment. */
  readonly aws: SlipwayHome["variables"];
  readonly signal: AbortSignal;
}

/** Event that started a workflow run. */
export interface WorkflowEvent {
  readonly name: "pull_request" | "push" | "workflow_dispatch" | "schedule";
  readonly workflow: string;
  readonly ref: string;
  readonly sha: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface JobStep {
  readonly action: ActionName;
  readonly inputs: Readonly<Record<string, string>>;
  /** A job has AWS credentials or a GitHub token with write permission, never both. */
  readonly credentials: "aws" | "github";
}

/** Tokens of a job: one may write comments and issues, the other only reads. */
export const tokens = { write: "ghs_write", read: "ghs_read" } as const;
export const repositoryName = "octo-org/this-is-project";

export type RunContext = Omit<Scenario, "reporter" | "repository"> & {
  readonly repository: { readonly folder: string };
};

/** Starts a workflow run, in which each step looks like a separate job to its action. */
export function workflowRun(
  { home, repository: { folder: checkout }, github, folder, plain, aws, signal }: RunContext,
  event: WorkflowEvent,
): (step: JobStep) => Promise<ActionResult> {
  const id = nextRunId();
  const temporary = join(folder, "runs", String(id));
  mkdirSync(temporary, { recursive: true });
  const [owner = "", name] = repositoryName.split("/");
  const repository = { full_name: repositoryName, name, owner: { login: owner }, default_branch: "main" };
  const eventPath = join(temporary, "event.json");
  writeFileSync(eventPath, JSON.stringify({ ...event.payload, repository }));
  const runner = {
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_WORKFLOW: event.workflow,
    GITHUB_REPOSITORY: repositoryName,
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_ACTOR: "octocat",
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(heads|pull)\//, ""),
    GITHUB_SHA: event.sha,
    GITHUB_RUN_ID: String(id),
    GITHUB_RUN_NUMBER: String(id),
  };
  return ({ action, inputs, credentials }) =>
    runAction({
      home,
      name: action,
      inputs,
      variables: credentials === "aws" ? aws : plain,
      runner,
      folder: checkout,
      temporary,
      // An interrupted apply needs time for Terraform to write its state.
      patienceMs: 120_000,
      signal,
    });
}

let lastRunId = 0;

/** Run ids increase over all scenarios, like GitHub's. */
function nextRunId(): number {
  lastRunId = Math.max(lastRunId + 1, Math.floor(Date.now() / 1000));
  return lastRunId;
}
