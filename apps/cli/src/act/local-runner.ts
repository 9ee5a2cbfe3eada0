import type { JobPlace } from "./job-variables.ts";
import type { RunnerService } from "./runner-service.ts";
import type { RunIdentity } from "./tokens.ts";

/** A GitHub as far as one needs it to run workflows. */
export interface LocalRunner {
  /** Path of act, once it is built. */
  readonly act: Promise<string>;
  readonly service: RunnerService;
  readonly place: Omit<JobPlace, "folder">;
  /** Variables of whoever started this program. */
  readonly caller: Readonly<Record<string, string | undefined>>;
  /** Folder of the repository: its commits are what runs. */
  readonly repository: string;
  readonly identity: Pick<RunIdentity, "repository" | "ownerId" | "repositoryId">;
  readonly github: { readonly url: string; readonly token: string };
  /** Variables of the repository's settings: `vars`. */
  readonly vars: Readonly<Record<string, string>>;
  /** Signs the claims of an identity token. */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string;
  /** Folder of all that runs leave. */
  readonly folder: string;
  readonly signal: AbortSignal;
}
