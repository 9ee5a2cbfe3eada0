import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ActionFailure, Log } from "@slipway/core";

export interface CheckServiceInput {
  readonly url: string;
  readonly healthCheckPath: string;
  /** Path whose JSON names the digest; empty where the app has none. */
  readonly versionPath: string;
  /** Where ECS is asked which images run; empty where it is not asked. */
  readonly cluster: string;
  readonly service: string;
  /** Empty: any image may answer. */
  readonly digest: string;
  /** Good answers in a row that are wanted. */
  readonly answers: number;
  readonly timeoutSeconds: number;
  /** `host:port`; empty for the URL's own. */
  readonly connectTo: string;
  /** Only the inputs are checked. */
  readonly dryRun: boolean;
}

export interface Tools {
  readonly ecs: () => Promise<ECSClient>;
  readonly log: Log;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What one look found wrong; undefined if all is well. */
export type Fault = Pick<ActionFailure, "reason" | "what"> | undefined;
