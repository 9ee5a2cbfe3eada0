import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Adopter } from "./adopt/adopter.ts";
import { appliedRecord } from "./applied-record.ts";
import { applyStack } from "./apply-stack.ts";
import { awaitRunning } from "./await-running.ts";
import type { CliConfiguration } from "./cli-configuration.ts";
import { destroyStack } from "./destroy-stack.ts";
import type { EngineEvent } from "./engine-event.ts";
import type { Terraform } from "./find-terraform.ts";
import { planStack } from "./plan-stack.ts";
import type { Stack } from "./stack.ts";
import type { ChangeSummary, StackPlan } from "./stack-plan.ts";
import { createStackRunner } from "./stack-runner.ts";
import { createStateReader } from "./state-reader.ts";
import type { Variables } from "./variables.ts";

export interface EngineOptions {
  /** Folder of one environment: working folders, state, logs and records live below it. */
  readonly folder: string;
  /** All stacks of the environment, as synthesized. */
  readonly stacks: readonly Stack[];
  readonly terraform: Terraform;
  readonly cliConfiguration: CliConfiguration;
  /** What Terraform and the AWS clients get: PATH, HOME, AWS_ENDPOINT_URL, keys, AWS_REGION … */
  readonly variables: Variables;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Finds what an interrupted apply made: `createAdopter` of `@slipway/engine/adopt` looks in AWS. */
  readonly adopter: Adopter;
}

export interface PlanOptions {
  /** Takes over whatever of the planned creates is there already, not only what an interrupted apply made. @default false */
  readonly adopt?: boolean;
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
  plan(stack: Stack, options?: PlanOptions): Promise<StackPlan>;
  apply(plan: StackPlan): Promise<ApplyResult>;
  /** Undefined when the stack was never applied. */
  outputs(stack: Stack): Promise<Outputs | undefined>;
  /** Destroys all that the state holds; returns how many resources went. */
  destroy(stack: Stack): Promise<number>;
  /** Addresses the state holds, data sources aside. */
  resources(stack: Stack): Promise<readonly string[]>;
  /** Undefined when nothing differs from the last apply, else what does, e.g. "its definition changed". */
  difference(stack: Stack, incarnation: string): Promise<string | undefined>;
  /** Writes down that `stack` as it is now was applied. */
  record(stack: Stack, incarnation: string): Promise<void>;
  /** First call: asks running Terraforms to stop and waits for them. Second call: kills them. */
  interrupt(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const { folder, stacks, terraform, onEvent = () => undefined } = options;
  const runner = createStackRunner({ ...options, onEvent });
  const states = createStateReader(runner, stacks);
  const context = { runner, states, adopter: options.adopter };
  const recordOf = async (stack: Stack, incarnation: string) => ({
    sha256: stack.sha256,
    terraform: terraform.version,
    awsProvider: runner.providerVersion(stack),
    upstreamHashes: await states.upstreamHashes(stack),
    incarnation,
  });
  return {
    awaitRunning: () =>
      awaitRunning({
        runningFolder: join(folder, "running"),
        notice: (stack, text) => onEvent({ type: "notice", stack, text }),
        onWait: runner.watch,
      }),
    plan: (stack, options) => planStack(context, stack, options),
    apply: (plan) => applyStack(context, plan),
    destroy: (stack) => destroyStack(context, stack),
    outputs: (stack) => states.outputs(stack),
    resources: (stack) => states.resources(stack),
    interrupt: () => runner.interrupt(),
    async difference(stack, incarnation) {
      const { markerPath, recordPath } = runner.workspace(stack);
      if (existsSync(markerPath)) return "its last apply did not finish";
      const now = await recordOf(stack, incarnation);
      const found = appliedRecord.difference(appliedRecord.read(recordPath), now);
      return found ?? ((await states.outputs(stack)) === undefined ? "its state is gone" : undefined);
    },
    async record(stack, incarnation) {
      appliedRecord.write(runner.workspace(stack).recordPath, await recordOf(stack, incarnation));
    },
  };
}
