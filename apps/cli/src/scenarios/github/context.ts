import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import type { Workspace } from "@slipway/local-aws";
import { execa } from "execa";
import type { Result } from "../../act/act-log.ts";
import type { GithubEvents } from "../../act/events.ts";
import type { WorkflowRun } from "../../act/run-workflow.ts";
import type { LocalRunner } from "../../act/runner-service.ts";
import { awsReads } from "../../local/aws-reads.ts";
import type { Story } from "../scenario.ts";

/** Environments whose workflows the story runs. */
export const storyEnvironments = ["staging", "production"] as const;
export type StoryEnvironment = (typeof storyEnvironments)[number];

/** What the steps of the story over GitHub's workflows work with. */
export interface GithubStory extends Story {
  readonly runner: LocalRunner;
  readonly events: GithubEvents;
  /** Names the memory of the local AWS. */
  readonly incarnation: string;
  /** Every run, in the order in which they ended. */
  readonly runs: RunFact[];
  /** Variables of somebody with an account's own rights, who does what no workflow does. */
  readonly people: Readonly<Record<StoryEnvironment, Workspace["variables"]>>;
}

/** A run of a workflow. */
interface RunFact {
  readonly id: number;
  readonly file: string;
  readonly event: string;
  readonly ok: boolean;
  readonly jobs: readonly { readonly name: string; readonly result: Result }[];
}

/** What GitHub and AWS hold at the end of a story, for whoever wants to check it. */
export interface StoryFacts {
  readonly runs: readonly RunFact[];
  readonly pulls: readonly { number: number; title: string; merged: boolean; comments: readonly Written[] }[];
  readonly issues: readonly { number: number; title: string; state: string; labels: readonly string[]; body: string }[];
  /** Calls that GitHub's own description does not know like that. */
  readonly violations: readonly string[];
  /** Digest that each environment runs. */
  readonly running: Readonly<Record<StoryEnvironment, string>>;
}

export interface Written {
  readonly login: string;
  readonly body: string;
}

/** Writes `facts.json` into the story's folder. */
export async function writeFacts(story: GithubStory): Promise<void> {
  const { github, folder, runs } = story;
  const { issues, pulls } = github.state;
  const digests = await Promise.all(storyEnvironments.map(async (key) => [key, await runningDigest(story, key)]));
  const facts: StoryFacts = {
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
    violations: github.violations,
    running: Object.fromEntries(digests) as StoryFacts["running"],
  };
  writeFileSync(join(folder, "facts.json"), JSON.stringify(facts, null, 2));
}

/** Digest of the image that all tasks of the service `web` run, as ECS tells it. */
export async function runningDigest({ people }: GithubStory, key: StoryEnvironment): Promise<string> {
  const { name, services } = environment(key);
  const container = services.web?.containerName ?? "";
  const digests = await awsReads(people[key]).runningDigests(name, `${name}-web`, container);
  const [digest] = digests;
  if (digest === undefined || digests.length > 1) {
    throw new Failure(`${key}'s tasks must run one image, but they run ${digests.join(", ") || "none"}.`);
  }
  return digest;
}

/** As it is shown: `sha256:0123456789ab…`. */
export const shortDigest = (digest: string) => `${digest.slice(0, 19)}…`;

/** An output of a step in the job whose name ends like this; undefined when there was none. */
export function outputOf(run: WorkflowRun, job: string, name: string): string | undefined {
  return run.outputs.findLast((output) => output.job.endsWith(job) && output.name === name)?.value;
}

/** Paths in which two commits differ. */
export async function changedPaths(folder: string, from: string, to: string): Promise<readonly string[]> {
  const { stdout } = await execa("git", ["-C", folder, "diff", "--name-only", from, to]);
  return stdout.split("\n").filter((path) => path !== "");
}
