import type { Variables } from "@slipway/core";
import type { ImportFinder } from "./import/import-finder.ts";
import type { CliConfiguration, Terraform } from "./installation.ts";
import type { ChangeSummary, EngineEvent, Stack } from "./stack.ts";
import type { WaitExplainer } from "./waits.ts";

export interface EngineOptions {
  /** Folder of one environment: working folders, local state, logs and local records live below it. */
  readonly folder: string;
  /** All stacks of the environment, as synthesized. */
  readonly stacks: readonly Stack[];
  readonly terraform: Terraform;
  readonly cliConfiguration: CliConfiguration;
  /** What Terraform and the AWS clients get: PATH, HOME, AWS_ENDPOINT_URL, keys, AWS_REGION … */
  readonly variables: Variables;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Finds what an interrupted apply made: `createAdopter` of `@slipway/terraform/import` looks in AWS, `async () => ({})` does not. */
  readonly importFinder: ImportFinder;
  /** Says what resources wait for that take long: every 30 s as a notice, and in the error when creating them failed. @default nobody */
  readonly waits?: WaitExplainer | undefined;
  /** How long a command waits for a lock that somebody else holds; default 300. */
  readonly lockTimeoutSeconds?: number;
}

/** Outputs by name, sensitive ones included: never print them as a whole. */
export type Outputs = Readonly<Record<string, unknown>>;

export interface ApplyResult {
  readonly summary: ChangeSummary;
  /** True if an upstream output had changed, so that a new plan was applied. */
  readonly replanned: boolean;
  readonly outputs: Outputs;
  readonly logPath: string;
  readonly seconds: number;
}
