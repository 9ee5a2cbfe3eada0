import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../act/run-record.ts";
import { type GithubStory, type StoryEnvironment, storyEnvironments } from "./context.ts";
import { runningDigest } from "./running-digest.ts";

/** A run of a workflow. */
export interface RunFact {
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
