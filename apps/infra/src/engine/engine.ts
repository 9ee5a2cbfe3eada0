import type { Adopter } from "./adopter.ts";
import type { CliConfiguration } from "./cli-configuration.ts";
import type { EngineEvent } from "./engine-event.ts";
import type { Terraform } from "./find-terraform.ts";
import type { Stack } from "./stack.ts";
import type { ChangeSummary, StackPlan } from "./stack-plan.ts";
import type { Variables } from "./variables.ts";

export interface EngineOptions {
  /** Folder of one environment: working folders, state, logs and records live below it. */
  readonly folder: string;
  readonly terraform: Terraform;
  readonly cliConfiguration: CliConfiguration;
  /** What Terraform and the AWS clients get: PATH, HOME, AWS_ENDPOINT_URL, keys, AWS_REGION … */
  readonly variables: Variables;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Default looks in AWS; tests give their own. */
  readonly adopter?: Adopter;
}

/** Outputs by name, sensitive ones included: never print them as a whole. */
export type Outputs = Readonly<Record<string, unknown>>;

export interface ApplyResult {
  readonly summary: ChangeSummary;
  /** True when the saved plan was out of date because an upstream output moved, and a new one was applied. */
  readonly replanned: boolean;
  readonly outputs: Outputs;
  readonly logPath: string;
  readonly seconds: number;
}

/** Runs Terraform for the stacks of one environment. */
export interface Engine {
  /** Waits for a Terraform that an earlier, killed run left working on this environment; ends what it cannot wait for. */
  awaitRunning(): Promise<void>;
  plan(stack: Stack): Promise<StackPlan>;
  apply(plan: StackPlan): Promise<ApplyResult>;
  /** Undefined when the stack was never applied. */
  outputs(stack: Stack): Promise<Outputs | undefined>;
  /** Destroys all that the state holds; returns how many resources went. */
  destroy(stack: Stack): Promise<number>;
  /** Addresses the state holds, data sources aside. */
  resources(stack: Stack): Promise<readonly string[]>;
  /** True when the last apply had this JSON, engine, provider, upstream outputs and incarnation, and nothing cut it off. */
  unchanged(stack: Stack, incarnation: string): Promise<boolean>;
  /** Writes down that `stack` as it is now was applied. */
  record(stack: Stack, incarnation: string): Promise<void>;
  /** First call: asks running Terraforms to stop and waits for them. Second call: kills them. */
  interrupt(): Promise<void>;
}

export function createEngine(_options: EngineOptions): Engine {
  throw new Error("not written yet");
}
