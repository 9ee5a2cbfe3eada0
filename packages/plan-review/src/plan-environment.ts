import type { Log } from "@slipway/core";
import { EngineError, planChanged, type StackPlan, type StackPlanResult, stackHash } from "@slipway/terraform";
import { engineErrorText } from "./engine-failure.ts";
import type { OpenedEngine } from "./open-engine.ts";
import { isEmptyPlan, withoutIgnored } from "./plan/drift.ts";
import { incompleteness } from "./plan/other-sections.ts";
import { constructPaths } from "./plan/parse-plan.ts";
import { emptyPlan, type PlanJson } from "./plan/plan-json.ts";
import { makePromise } from "./promise/make-promise.ts";
import type { PlanPromise } from "./promise/promise.ts";
import type { PromiseStore } from "./promise/promise-store.ts";
import { definitionSecrets } from "./redact/known-secrets.ts";
import type { RedactionRules } from "./redact/redact-plan.ts";
import { buildReport, type PlannedStack } from "./report/build-report.ts";
import { logErrors } from "./report/report-counts.ts";
import type { SafeReport } from "./report/report-schema.ts";
import { readDefinition } from "./target.ts";

export interface PlanEnvironmentRequest {
  readonly opened: OpenedEngine;
  /** Pull request that is planned; undefined for a plan of main. */
  readonly pr: number | undefined;
  /** Commit whose stacks are planned; 40 hex digits. */
  readonly head: string;
  /** Where the pull request left main; undefined for a plan of main. */
  readonly base: string | undefined;
  readonly runId: number;
  readonly runUrl: string | undefined;
  /** What is hidden beside all that looks like a secret. */
  readonly rules: Omit<RedactionRules, "known">;
  /** Where the promise is kept; undefined: nowhere, the plan is only shown. */
  readonly store: PromiseStore | undefined;
  /** Plans also what is as it was last applied: shows what was changed in AWS. Default false. */
  readonly all?: boolean;
  readonly log: Log;
}

export interface PlannedEnvironment {
  readonly report: SafeReport;
  readonly promise: PlanPromise;
  /** Undefined without a store. */
  readonly planId: string | undefined;
}

/** Promises are kept for as long: the lifecycle rule of the state bucket. */
const retentionMilliseconds = 7 * 24 * 60 * 60 * 1000;

/**
 * Plans the stacks that differ from their last apply and those that read them, stores what they promise and reports them without secrets. A
 * failed stack is reported with its error and does not stop the others. Waits for no lock.
 */
export async function planEnvironment(request: PlanEnvironmentRequest): Promise<PlannedEnvironment> {
  const { opened, pr, head, base, runId, runUrl, rules, store, all = false, log } = request;
  const { engine, environment, stacks, account, terraform, provider } = opened;
  const planned = await planChanged(engine, stacks, {
    targetId: account,
    all,
    plan: { lock: false },
    onProgress: (progress) => {
      if (progress.type === "planning") log.info(`${progress.stack.name}: is planned, ${progress.reason}`);
    },
  });
  const shown = new Map<string, PlanJson>();
  // If one stack has changes, all plans are read: a value that one plan marks as sensitive is hidden in all.
  const quiet = planned.every((result) =>
    result.kind === "planned" ? isEmptyPlan(result.plan, { drift: true }) : result.kind !== "failed",
  );
  const showOne = async (plan: StackPlan) => (quiet ? emptyPlan : ((await engine.show(plan)) as PlanJson));
  const results = await Promise.all(planned.map((result) => show(result, showOne, shown)));
  const promise = await makePromise({ opened, results, shown, pr: pr ?? null, head, base: base ?? null, runId });
  const planId = await store?.put(promise);
  const report = buildReport(
    {
      kind: "plan",
      environment,
      head,
      base,
      pr,
      runUrl,
      engine: `Terraform ${terraform.version}`,
      provider: `hashicorp/aws ${provider}`,
      ...(planId === undefined ? {} : { planId, expires: expiry(promise.createdAt) }),
      stacks: await Promise.all(results.map((result) => plannedStack(result, opened, shown))),
    },
    rules,
  );
  logErrors(report, log);
  return { report, promise, planId };
}

/** A plan that cannot be shown counts as failed, because it cannot be reviewed; so does one that cannot be applied as a whole. */
async function show(
  result: StackPlanResult,
  showOne: (plan: StackPlan) => Promise<PlanJson>,
  shown: Map<string, PlanJson>,
): Promise<StackPlanResult> {
  if (result.kind !== "planned") return result;
  try {
    const plan = await showOne(result.plan);
    const incomplete = incompleteness(plan);
    if (incomplete !== undefined) return { kind: "failed", stack: result.stack, error: new EngineError(incomplete) };
    shown.set(result.stack.name, plan);
    return result;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { kind: "failed", stack: result.stack, error };
  }
}

async function plannedStack(
  result: StackPlanResult,
  { terraform, variables }: OpenedEngine,
  shown: ReadonlyMap<string, PlanJson>,
): Promise<PlannedStack> {
  const { stack } = result;
  const definition = await readDefinition(stack);
  const common = {
    name: stack.name,
    hash: stackHash(stack, terraform.version),
    constructPaths: constructPaths(definition),
  };
  switch (result.kind) {
    case "unchanged":
      return { ...common, status: "unchanged" };
    case "blocked":
      return { ...common, status: "waiting", resources: stack.resourceCount, upstreamChanged: result.after };
    case "failed": {
      const secretSources = [definitionSecrets(definition, variables)];
      return { ...common, status: "failed", error: engineErrorText(result.error), secretSources };
    }
    default: {
      const { provisional } = result;
      const status = provisional.length > 0 ? "provisional" : "planned";
      const plan = withoutIgnored(shown.get(stack.name) as PlanJson, definition);
      return { ...common, status, upstreamChanged: provisional, plan };
    }
  }
}

function expiry(createdAt: string): string {
  return new Date(Date.parse(createdAt) + retentionMilliseconds).toISOString();
}
