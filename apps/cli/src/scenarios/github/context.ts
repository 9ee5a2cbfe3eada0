import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import type { FakeGithub } from "@slipway/github/fake";
import type { SlipwayHome } from "@slipway/local-aws";
import { execa } from "execa";
import type { Result } from "../../act/act-log.ts";
import type { GithubEvents } from "../../act/events.ts";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import type { LocalRunner } from "../../act/runner-service.ts";
import { awsReads } from "../../local/aws-reads.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import type { ScenarioRepository } from "../repository.ts";
import type { AppChanges } from "./app-changes.ts";

/** Environments whose workflows the scenario runs. */
export const scenarioEnvironments = ["staging", "production"] as const;
export type ScenarioEnvironment = (typeof scenarioEnvironments)[number];

/** Context of the steps of the GitHub scenario. */
export interface GithubScenario {
  readonly home: SlipwayHome;
  readonly reporter: Reporter;
  readonly repository: ScenarioRepository;
  readonly github: FakeGithub;
  /** Folder of the scenario's state. */
  readonly folder: string;
  readonly app: ScenarioApp;
  /** What the repository's workflows know of the environments. */
  readonly environments: Readonly<Record<ScenarioEnvironment, KnownEnvironment>>;
  readonly runner: LocalRunner;
  readonly events: GithubEvents;
  /** Instance id of the local AWS. */
  readonly instanceId: string;
  /** Every run, in the order in which they ended. */
  readonly runs: RunFact[];
  /** Variables of a person with full rights in an account, for steps that no workflow does. */
  readonly people: Readonly<Record<ScenarioEnvironment, SlipwayHome["variables"]>>;
  readonly signal: AbortSignal;
}

/** The app that is delivered. */
export interface ScenarioApp {
  /** Whether it is ours. */
  readonly own: boolean;
  readonly changes: AppChanges;
  /** Values of its secrets by name; the others are made up. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** An environment as `.github/environments.json` has it. */
export interface KnownEnvironment {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
  readonly roles: { readonly plan: string };
  readonly registry: { readonly repository: string };
  /** Paths from the root of the repository. */
  readonly app: { readonly folder: string; readonly dockerfile: string; readonly target?: string };
  readonly services: {
    readonly web: { readonly cluster: string; readonly service: string; readonly container: string };
  };
}

/** Reads the environments of a repository, which may be of another project than this one. */
export function readEnvironments(folder: string): GithubScenario["environments"] {
  return JSON.parse(readFileSync(join(folder, ".github/environments.json"), "utf8"));
}

/** A run of a workflow. */
interface RunFact {
  readonly id: number;
  readonly file: string;
  readonly event: string;
  readonly ok: boolean;
  readonly jobs: readonly { readonly name: string; readonly result: Result }[];
}

/** State of GitHub and AWS at the end of the scenario, for its test. */
export interface ScenarioFacts {
  readonly runs: readonly RunFact[];
  readonly pulls: readonly { number: number; title: string; merged: boolean; comments: readonly WrittenComment[] }[];
  readonly issues: readonly { number: number; title: string; state: string; labels: readonly string[]; body: string }[];
  readonly statuses: readonly { sha: string; context: string; state: string }[];
  /** Calls that do not match GitHub's OpenAPI description. */
  readonly violations: readonly string[];
  /** Digest that each environment runs. */
  readonly running: Readonly<Record<ScenarioEnvironment, string>>;
}

export interface WrittenComment {
  readonly login: string;
  readonly body: string;
}

/** Writes `facts.json` into the scenario's folder. */
export async function writeFacts(scenario: GithubScenario): Promise<void> {
  const { github, folder, runs } = scenario;
  const { issues, pulls } = github.state;
  const digests = await Promise.all(scenarioEnvironments.map(async (key) => [key, await runningDigest(scenario, key)]));
  const facts: ScenarioFacts = {
    runs,
    pulls: [...pulls.values()].map(({ number, mergeSha }) => ({
      number,
      title: issues.get(number)?.title ?? "",
      merged: mergeSha !== null,
      comments: github.state.commentsOn({ issue: number }).map(({ login, body }) => ({ login, body })),
    })),
    issues: [...issues.values()]
      .filter(({ isPull }) => !isPull)
      .map(({ number, title, state, labels, body }) => ({ number, title, state, labels, body })),
    statuses: github.state.statuses.map(({ sha, context, state }) => ({ sha, context, state })),
    violations: github.violations,
    running: Object.fromEntries(digests) as ScenarioFacts["running"],
  };
  writeFileSync(join(folder, "facts.json"), JSON.stringify(facts, null, 2));
}

/** Digest of the image that all tasks of the service `web` run, as ECS reports it. */
export async function runningDigest(
  { people, environments }: GithubScenario,
  key: ScenarioEnvironment,
): Promise<string> {
  const { cluster, service, container } = environments[key].services.web;
  const digests = await awsReads(people[key]).runningDigests(cluster, service, container);
  const [digest] = digests;
  if (digest === undefined || digests.length > 1) {
    throw new Failure(`${key}'s tasks must run one image, but they run ${digests.join(", ") || "none"}.`);
  }
  return digest;
}

/** As it is shown: `sha256:0123456789ab…`. */
export const shortDigest = (digest: string) => `${digest.slice(0, 19)}…`;

/** The first digits of a plan's id, as comments show it. */
export const shortPlan = (id: string) => `sha256:${id.slice(0, 12)}…`;

/** An output of a step in the job whose name ends like this; undefined when there was none. */
export function outputOf(run: WorkflowRun, job: string, name: string): string | undefined {
  return run.outputs.findLast((output) => output.job.endsWith(job) && output.name === name)?.value;
}

/** Paths in which two commits differ. */
export async function changedPaths(folder: string, from: string, to: string): Promise<readonly string[]> {
  const { stdout } = await execa("git", ["-C", folder, "diff", "--name-only", from, to]);
  return stdout.split("\n").filter((path) => path !== "");
}
