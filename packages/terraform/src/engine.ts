import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ApplyOptions, applyStack } from "./apply.ts";
import { destroyStack, importLeftovers } from "./destroy.ts";
import type { EngineContext } from "./engine-context.ts";
import type { ApplyResult, EngineOptions, Outputs } from "./options.ts";
import { type PlanOptions, planStack, refreshStack } from "./plan.ts";
import { awaitRunning } from "./process.ts";
import type { Stack, StackPlan } from "./stack.ts";
import { createStackRunner } from "./stack-runner.ts";
import type { LockInfo } from "./state/lock.ts";
import { openStateStores } from "./state/open-stores.ts";
import { type AppliedRecord, appliedRecord } from "./state/records.ts";
import { createStateReader, type State } from "./state/state.ts";
import { lockHolder, unlockStack } from "./unlock.ts";
import { createWaits, type Waits } from "./waits.ts";

/** Runs Terraform for the stacks of one environment. States are read without it. Failures are `EngineError`s. */
export interface Engine {
  /** Waits for a Terraform that an earlier, killed run left working on this environment; ends what it cannot wait for. */
  awaitRunning(): Promise<void>;
  plan(stack: Stack, options?: PlanOptions): Promise<StackPlan>;
  /** The saved plan from `terraform show -json`, with sensitive values in plain text. */
  show(plan: StackPlan): Promise<unknown>;
  /** Text of `.terraform.lock.hcl` of the last plan or apply; empty where no provider is needed. */
  lockFile(stack: Stack): string;
  /** Writes no record. */
  apply(plan: StackPlan, options?: ApplyOptions): Promise<ApplyResult>;
  /** Writes into the state what AWS says of its objects now; changes nothing in AWS. */
  refresh(stack: Stack): Promise<void>;
  /** Undefined when the stack has no state. */
  state(stack: Stack): Promise<State | undefined>;
  /** Undefined when the stack was never applied. */
  outputs(stack: Stack): Promise<Outputs | undefined>;
  /** Destroys all that the state holds; returns how many resources went. */
  destroy(stack: Stack): Promise<number>;
  /** Addresses the state holds, data sources aside. */
  resources(stack: Stack): Promise<readonly string[]>;
  /** SHA-256 of each upstream output that the stack reads, by `<upstream>.<output>`; "absent" where there is none. */
  upstreamHashes(stack: Stack): Promise<Readonly<Record<string, string>>>;
  /** Undefined when nothing differs from the last apply, else what does, e.g. "its definition changed". */
  difference(stack: Stack, targetId: string): Promise<string | undefined>;
  /** Writes down that `stack` as it is now was applied, or that its plan was empty: no apply is unfinished any more. */
  record(stack: Stack, targetId: string): Promise<void>;
  /** Who holds the lock of the state; undefined when it is free. */
  lockHolder(stack: Stack): Promise<LockInfo | undefined>;
  /** Clears a stale lock. Fails if it is free, has another id, or its Terraform still runs on this host. */
  unlock(stack: Stack, id: string): Promise<void>;
  /**
   * Imports the leftovers of an interrupted apply into the state; returns address to id. With a local state `plan` does the same; this is
   * for states whose next plan is made on another host.
   */
  importLeftovers(stack: Stack): Promise<Readonly<Record<string, string>>>;
  /** First call: asks running Terraforms to stop and waits for them. Second call: kills them. */
  interrupt(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const { folder, stacks, onEvent = () => undefined, importFinder, lockTimeoutSeconds = 300 } = options;
  const runner = createStackRunner({
    ...options,
    onEvent(event) {
      onEvent(event);
      waits?.observe(event);
    },
  });
  const store = openStateStores(options.variables, (stack) => runner.stackFolder(stack));
  const states = createStateReader(store, stacks);
  const { waits: explainer } = options;
  const waits: Waits | undefined =
    explainer === undefined ? undefined : createWaits({ explainer, stacks, states, notice: runner.notice });
  const context: EngineContext = { runner, states, store, importFinder, waits, lockTimeoutSeconds };
  return {
    awaitRunning: () =>
      awaitRunning({
        runningFolder: join(folder, "running"),
        notice: (stack, text) => onEvent({ type: "notice", stack, text }),
        onWait: runner.watch,
      }),
    plan: (stack, planOptions) => planStack(context, stack, planOptions),
    show: (plan) => runner.read(plan.stack, ["show", "-json", plan.planPath]),
    lockFile(stack) {
      const { lockFilePath } = runner.stackFolder(stack);
      return existsSync(lockFilePath) ? readFileSync(lockFilePath, "utf8") : "";
    },
    apply: (plan, applyOptions) => applyStack(context, plan, applyOptions),
    refresh: (stack) => refreshStack(context, stack),
    destroy: (stack) => destroyStack(context, stack),
    state: states.state,
    outputs: states.outputs,
    resources: states.resources,
    upstreamHashes: states.upstreamHashes,
    ...records(context, options.terraform.version),
    lockHolder: (stack) => lockHolder(context, stack),
    unlock: (stack, id) => unlockStack(context, stack, id),
    importLeftovers: (stack) => importLeftovers(context, stack),
    interrupt: () => runner.interrupt(),
  };
}

function records(context: EngineContext, terraform: string): Pick<Engine, "difference" | "record"> {
  const { states, store } = context;
  const recordOf = async (stack: Stack, targetId: string): Promise<AppliedRecord> => ({
    sha256: stack.sha256,
    terraform,
    awsProvider: stack.awsProvider,
    upstreamHashes: await states.upstreamHashes(stack),
    incarnation: targetId,
  });
  return {
    async difference(stack, targetId) {
      const stateStore = store(stack);
      const [marker, before, now, outputs] = await Promise.all([
        stateStore.read("marker"),
        stateStore.read("record"),
        recordOf(stack, targetId),
        states.outputs(stack),
      ]);
      if (marker !== undefined) {
        const holder = await lockHolder(context, stack);
        const locked = holder === undefined ? "" : `: ${holder.who} holds its lock since ${holder.created}`;
        return `its last apply did not finish${locked}`;
      }
      const found = appliedRecord.difference(appliedRecord.parse(before), now);
      return found ?? (outputs === undefined ? "its state is gone" : undefined);
    },
    async record(stack, targetId) {
      const stateStore = store(stack);
      await stateStore.write("record", appliedRecord.format(await recordOf(stack, targetId)));
      // An empty plan also shows that an interrupted apply left nothing.
      await stateStore.remove("marker");
    },
  };
}

/** Forwards Ctrl-C to the engine until the returned function is called. */
export function forwardInterrupts(engine: Pick<Engine, "interrupt">, notice: (text: string) => void): () => void {
  let stopRequested = false;
  const listener = () => {
    if (!stopRequested) notice("Terraform is asked to stop and to write its state; press Ctrl-C again to kill it.");
    stopRequested = true;
    void engine.interrupt();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
