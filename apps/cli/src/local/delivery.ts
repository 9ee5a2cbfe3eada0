import type { Docker, Workspace } from "@slipway/local-aws";
import type { Reporter } from "../terminal/reporter.ts";
import type { App } from "./app.ts";

/** What every step of a delivery works with. */
export interface Delivery {
  readonly workspace: Workspace;
  readonly reporter: Reporter;
  readonly app: App;
  readonly docker: Docker;
  /** Variables of everything that talks to the local AWS. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly port: number;
  /** Aborted when the run is to stop: Ctrl-C, or the local AWS is gone. */
  readonly signal: AbortSignal;
  /** Folder of this project's state. */
  readonly folder: string;
}
