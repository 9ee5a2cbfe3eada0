import type { GithubStandIn } from "@slipway/github/fake";
import type { Reporter } from "../report/reporter.ts";
import type { Workspace } from "../workspace.ts";
import type { StoryRepository } from "./story-repository.ts";

/** What the steps of a story work with. */
export interface Story {
  readonly workspace: Workspace;
  readonly reporter: Reporter;
  readonly repository: StoryRepository;
  readonly github: GithubStandIn;
  /** Folder of all that the story keeps. */
  readonly folder: string;
  /** Variables of a job without credentials. */
  readonly plain: Workspace["variables"];
  /** Variables of a job with AWS credentials of the environment. */
  readonly aws: Workspace["variables"];
  readonly signal: AbortSignal;
}
