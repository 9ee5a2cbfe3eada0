import type { Workspace } from "@slipway/local-aws";
import type { GithubEvents } from "../../act/events.ts";
import type { LocalRunner } from "../../act/local-runner.ts";
import type { Story } from "../scenario.ts";
import type { RunFact } from "./story-facts.ts";

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
