import type { Log } from "@slipway/core";
import { engineErrorText } from "@slipway/plan-review/engine-failure";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { isEmptyPlan, withoutIgnored } from "@slipway/plan-review/plan/drift";
import { constructPaths } from "@slipway/plan-review/plan/parse-plan";
import { emptyPlan, type PlanJson } from "@slipway/plan-review/plan/plan-json";
import { definitionSecrets } from "@slipway/plan-review/redact/known-secrets";
import type { RedactionRules } from "@slipway/plan-review/redact/redact-plan";
import { buildReport, type PlannedStack } from "@slipway/plan-review/report/build-report";
import { logErrors } from "@slipway/plan-review/report/report-counts";
import type { SafeReport } from "@slipway/plan-review/report/report-schema";
import { readDefinition } from "@slipway/plan-review/target";
import { EngineError, type Stack, type StackPlan, stackHash, waves } from "@slipway/terraform";
import { driftedPart } from "./report-drift.ts";

export interface DriftRequest {
  readonly opened: OpenedEngine;
  /** Commit whose stacks these are. */
  readonly head: string;
  readonly runUrl: string | undefined;
  readonly rules: Omit<RedactionRules, "known">;
  readonly log: Log;
}

/**
 * Compares what was applied with what is there. A stack that is as it was applied is planned as ever: whatever its plan
 * would do is drift. For any other such a plan would mix up drift and pending change, so it is refreshed only. Waits for no lock.
 */
export async function planDrift({ opened, head, runUrl, rules, log }: DriftRequest): Promise<SafeReport> {
  const { environment, stacks, terraform, provider } = opened;
  // Stacks read the states of others, which do not change here, so that no stack waits for another.
  const compared = await Promise.all(
    waves(stacks)
      .flat()
      .map(async (stack) => ({ stack, comparison: await compare(stack, opened, log) })),
  );
  // If one stack has drift, all plans are read: a value that one plan marks as sensitive is hidden in all.
  const quiet = compared.every(({ comparison }) =>
    comparison.kind === "planned" ? isEmptyPlan(comparison.plan, comparison) : comparison.kind !== "failed",
  );
  const where = { kind: "drift", environment, head, runUrl } as const;
  const versions = { engine: `Terraform ${terraform.version}`, provider: `hashicorp/aws ${provider}` };
  const planned = await Promise.all(
    compared.map(({ stack, comparison }) => toPlannedStack(stack, comparison, opened, quiet)),
  );
  const report = buildReport({ ...where, ...versions, stacks: planned }, rules, driftedPart);
  logErrors(report, log);
  return report;
}

interface Planned {
  readonly kind: "planned";
  readonly plan: StackPlan;
  /** True for a refresh-only plan, which shows drift alone. */
  readonly drift: boolean;
}

interface Shown extends Pick<Planned, "drift"> {
  readonly kind: "shown";
  readonly json: PlanJson;
}

interface Failed {
  readonly kind: "failed";
  readonly error: EngineError;
}

type Compared = Planned | Failed | { readonly kind: "waiting" };

async function compare(stack: Stack, { engine, account }: OpenedEngine, log: Log): Promise<Compared> {
  const { name } = stack;
  try {
    if ((await engine.outputs(stack)) === undefined) {
      log.info(`${name}: never applied`);
      return { kind: "waiting" };
    }
    const pending = await engine.difference(stack, account);
    const holder = pending === undefined ? undefined : await engine.lockHolder(stack);
    if (holder !== undefined && minutesSince(holder.created) < longestApply) {
      log.info(`${name}: ${holder.who} works on it since ${holder.created}; it is compared next time`);
      return { kind: "waiting" };
    }
    log.info(`${name}: is compared${pending === undefined ? "" : ` with its state only, ${pending}`}`);
    const drift = pending !== undefined;
    return { kind: "planned", plan: await engine.plan(stack, { lock: false, refreshOnly: drift }), drift };
  } catch (error) {
    return failed(error);
  }
}

async function toPlannedStack(
  stack: Stack,
  compared: Compared,
  opened: OpenedEngine,
  quiet: boolean,
): Promise<PlannedStack> {
  const definition = await readDefinition(stack);
  const hash = stackHash(stack, opened.terraform.version);
  const common = { name: stack.name, hash, constructPaths: constructPaths(definition) };
  const shown = compared.kind === "planned" && !quiet ? await show(compared, opened) : compared;
  switch (shown.kind) {
    case "planned":
      return { ...common, status: "planned", plan: emptyPlan };
    case "shown": {
      const { json, drift } = shown;
      return {
        ...common,
        status: "planned",
        plan: drift ? withoutIgnored(json, definition) : { ...json, resource_drift: [] },
      };
    }
    case "waiting":
      return { ...common, status: "waiting" };
    default: {
      const secretSources = [definitionSecrets(definition, opened.variables)];
      return { ...common, status: "failed", error: engineErrorText(shown.error), secretSources };
    }
  }
}

async function show({ plan, drift }: Planned, { engine }: OpenedEngine): Promise<Shown | Failed> {
  try {
    return { kind: "shown", json: (await engine.show(plan)) as PlanJson, drift };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Failed {
  if (!(error instanceof EngineError) || error.reason === "interrupted") throw error;
  return { kind: "failed", error };
}

/** Timeout of an apply in the workflow; an older lock is stale. */
const longestApply = 60;

function minutesSince(time: string): number {
  return (Date.now() - Date.parse(time)) / 60_000;
}
