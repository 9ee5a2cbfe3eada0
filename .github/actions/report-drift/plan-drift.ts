import { EngineError, type Stack, stackHash } from "@slipway/engine";
import { engineErrorText } from "../lib/engine/engine-error-text.ts";
import type { OpenedEngine } from "../lib/engine/open-engine.ts";
import { readDefinition } from "../lib/engine/read-definition.ts";
import type { Log } from "../lib/log.ts";
import { constructPaths } from "../lib/plan/construct-paths.ts";
import { definitionSecrets } from "../lib/plan/redact/definition-secrets.ts";
import type { RedactionRules } from "../lib/plan/redact/redact-leaf.ts";
import { showPlan } from "../lib/plan/show-plan.ts";
import { withoutIgnored } from "../lib/plan/without-ignored.ts";
import { buildReport } from "../lib/report/build-report.ts";
import { logErrors } from "../lib/report/log-errors.ts";
import type { PlannedStack } from "../lib/report/planned-report.ts";
import type { SafeReport } from "../lib/report/safe-report.ts";
import { driftedPart } from "./drifted-part.ts";

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
  // What a stack reads of others is in their states, which nobody changes here: no stack waits for another.
  const compared = await Promise.all(stacks.map((stack) => compareStack(stack, opened, log)));
  const where = { kind: "drift", environment, head, runUrl } as const;
  const versions = { engine: `Terraform ${terraform.version}`, provider: `hashicorp/aws ${provider}` };
  const report = buildReport({ ...where, ...versions, stacks: compared }, rules, driftedPart);
  logErrors(report, log);
  return report;
}

async function compareStack(stack: Stack, opened: OpenedEngine, log: Log): Promise<PlannedStack> {
  const { engine, terraform, variables, account } = opened;
  const definition = await readDefinition(stack);
  const { name } = stack;
  const common = { name, hash: stackHash(stack, terraform.version), constructPaths: constructPaths(definition) };
  try {
    if (((await engine.state(stack))?.resources.length ?? 0) === 0) {
      log.info(`${name}: never applied`);
      return { ...common, status: "waiting" };
    }
    const pending = await engine.difference(stack, account);
    log.info(`${name}: is compared${pending === undefined ? "" : ` with its state only, ${pending}`}`);
    const plan = await engine.plan(stack, { lock: false, refreshOnly: pending !== undefined });
    const json = await showPlan(engine, plan, { drift: pending !== undefined });
    const shown = pending === undefined ? json : withoutIgnored(json, definition);
    return { ...common, status: "planned", plan: shown };
  } catch (error) {
    if (!(error instanceof EngineError) || error.reason === "interrupted") throw error;
    const secretSources = [definitionSecrets(definition, variables)];
    return { ...common, status: "failed", error: engineErrorText(error), secretSources };
  }
}
