import { sha256 } from "@slipway/core";
import type { Stack, StackPlan } from "@slipway/terraform";
import type { OpenedEngine } from "../open-engine.ts";
import { changeSet } from "../plan/change-set.ts";
import type { PlanJson } from "../plan/plan-json.ts";
import { destructiveAddresses } from "../plan/risk.ts";
import type { PlanPromise, PromisedStack } from "./promise.ts";

export interface PromiseRequest {
  readonly opened: Pick<OpenedEngine, "environment" | "account" | "terraform" | "provider"> & {
    readonly engine: Pick<OpenedEngine["engine"], "lockFile" | "state">;
  };
  readonly results: readonly PlanResult[];
  /** `terraform show -json` of each planned stack. */
  readonly shown: ReadonlyMap<string, PlanJson>;
  readonly pr: number | null;
  readonly head: string;
  readonly base: string | null;
  readonly runId: number;
}

type PlanResult =
  | {
      readonly kind: "planned";
      readonly stack: Stack;
      readonly plan: StackPlan;
      readonly provisional: readonly string[];
    }
  | { readonly kind: "blocked" | "unchanged" | "failed"; readonly stack: Stack };

/** What the plans of an environment would do, to be held against what an apply is about to do. */
export async function makePromise(request: PromiseRequest): Promise<PlanPromise> {
  const { opened, results, pr, head, base, runId } = request;
  const stacks: PromisedStack[] = [];
  for (const result of results) if (result.kind === "planned") stacks.push(await promisedStack(result, request));
  return {
    version: 1,
    environment: opened.environment,
    account: opened.account,
    pr,
    head,
    base,
    runId,
    createdAt: new Date().toISOString(),
    engine: opened.terraform.version,
    provider: opened.provider,
    stacks,
    waiting: results.filter(({ kind }) => kind === "blocked").map(({ stack }) => stack.name),
  };
}

async function promisedStack(
  { stack, plan, provisional }: Extract<PlanResult, { kind: "planned" }>,
  { opened, shown }: PromiseRequest,
): Promise<PromisedStack> {
  const json = shown.get(stack.name);
  if (json === undefined) throw new Error(`The plan of ${stack.name} must be shown before it is promised.`);
  const state = await opened.engine.state(stack);
  return {
    name: stack.name,
    status: provisional.length > 0 ? "provisional" : "planned",
    config: stack.sha256,
    lock: sha256(opened.engine.lockFile(stack)),
    upstreams: { ...plan.upstreamHashes },
    state: state === undefined ? null : { serial: state.serial, lineage: state.lineage },
    empty: plan.empty,
    changes: changeSet(json).map(({ actions, forcedBy, attributes, ...change }) => ({
      ...change,
      actions: [...actions],
      ...(forcedBy === undefined ? {} : { forcedBy: [...forcedBy] }),
      attributes: { ...attributes },
    })),
    stateful: destructiveAddresses(json),
  };
}
