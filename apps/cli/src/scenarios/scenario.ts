import type { GithubStandIn } from "@slipway/github/fake";
import type { Workspace } from "@slipway/local-aws";
import type { Reporter } from "../terminal/reporter.ts";
import type { StoryRepository } from "./repository.ts";

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
