import type { Log } from "@slipway/core";
import { withEngine } from "../lib/engine/with-engine.ts";
import { planStore } from "../lib/manifest/plan-store.ts";
import { redactionRules } from "../lib/plan/redact/redaction-rules.ts";
import { planEnvironment } from "../lib/plan-environment.ts";
import type { SafeReport } from "../lib/report/safe-report.ts";

export interface PullRequest {
  readonly stacksDir: string;
  readonly environment: string;
  readonly folder: string;
  readonly pr: number | undefined;
  readonly head: string;
  readonly base: string | undefined;
  readonly runId: number;
  readonly runUrl: string | undefined;
  /** The user's patterns and globs, as they were written. */
  readonly rules: { readonly patterns: readonly string[]; readonly names: readonly string[] };
  /** True: no plan file is kept. */
  readonly dryRun: boolean;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Plans the stacks of an environment as this commit has them. */
export async function planPull(request: PullRequest): Promise<SafeReport> {
  const { folder: home, dryRun, rules: written, ...rest } = request;
  const rules = redactionRules(written.patterns, written.names);
  return await withEngine({ ...rest, home }, async (opened) => {
    const store = dryRun ? undefined : planStore(opened);
    return (await planEnvironment({ ...rest, opened, rules, store })).report;
  });
}
