import { readFile } from "node:fs/promises";
import type { Stack, StackPlan } from "@slipway/terraform";
import { changeSet } from "../plan/change-set.ts";
import type { PlanJson } from "../plan/plan-json.ts";
import { destructiveAddresses } from "../plan/risk.ts";
import type { Manifest, ManifestStack } from "./manifest.ts";
import type { PlanStore } from "./plan-store.ts";

export interface ManifestRequest {
  readonly opened: {
    readonly environment: string;
    readonly account: string;
    /** Version of Terraform. */
    readonly terraform: { readonly version: string };
    /** Version of the AWS provider. */
    readonly provider: string;
    readonly engine: {
      lockFile(stack: Stack): string;
      state(stack: Stack): Promise<{ readonly serial: number; readonly lineage: string } | undefined>;
    };
  };
  readonly results: readonly PlanResult[];
  /** `terraform show -json` of each planned stack. */
  readonly shown: ReadonlyMap<string, PlanJson>;
  readonly pr: number | null;
  readonly head: string;
  readonly base: string | null;
  readonly runId: number;
  readonly store: PlanStore;
}

type PlanResult =
  | {
      readonly kind: "planned";
      readonly stack: Stack;
      readonly plan: StackPlan;
      readonly provisional: readonly string[];
    }
  | { readonly kind: "blocked" | "unchanged" | "failed"; readonly stack: Stack };

/** Stores the planned files and, last, the manifest that names them by their hashes. */
export async function writeManifest(request: ManifestRequest): Promise<{ id: string; manifest: Manifest }> {
  const { opened, results, pr, head, base, runId, store } = request;
  const stacks: ManifestStack[] = [];
  for (const result of results) {
    if (result.kind === "planned") stacks.push(await storeStack(result, request));
  }
  const manifest: Manifest = {
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
  return { id: await store.putManifest(manifest), manifest };
}

async function storeStack(
  { stack, plan, provisional }: Extract<PlanResult, { kind: "planned" }>,
  { opened, shown, store }: ManifestRequest,
): Promise<ManifestStack> {
  const json = shown.get(stack.name);
  if (json === undefined) throw new Error(`The plan of ${stack.name} must be shown before its manifest is written.`);
  const state = await opened.engine.state(stack);
  return {
    name: stack.name,
    status: provisional.length > 0 ? "provisional" : "planned",
    config: stack.sha256,
    plan: await store.putPlan(await readFile(plan.planPath)),
    lock: await store.putLock(opened.engine.lockFile(stack)),
    upstreams: { ...plan.upstreamHashes },
    state: state === undefined ? null : { serial: state.serial, lineage: state.lineage },
    empty: plan.empty,
    changes: changeSet(json).map((change) => ({
      ...change,
      actions: [...change.actions],
      attributes: { ...change.attributes },
    })),
    stateful: destructiveAddresses(json),
  };
}
