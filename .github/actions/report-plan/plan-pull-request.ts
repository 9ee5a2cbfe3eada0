import type { Log } from "@slipway/core";
import { withEngine } from "@slipway/plan-review/open-engine";
import { planEnvironment } from "@slipway/plan-review/plan-environment";
import { promiseStore } from "@slipway/plan-review/promise/promise-store";
import { redactionRules } from "@slipway/plan-review/redact/redact-plan";
import type { SafeReport } from "@slipway/plan-review/report/report-schema";

export interface PullRequest {
  readonly stacksDir: string;
  readonly environment: string;
  readonly folder: string;
  readonly pr: number | undefined;
  readonly head: string;
  readonly base: string | undefined;
  readonly runId: number;
  /** How often this run was started, with this time. */
  readonly runAttempt: number;
  readonly runUrl: string | undefined;
  /** The user's patterns and globs, as they were written. */
  readonly rules: { readonly patterns: readonly string[]; readonly names: readonly string[] };
  /** True: nothing is kept. */
  readonly dryRun: boolean;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Plans the stacks of an environment as this commit has them. */
export async function planPull(request: PullRequest): Promise<SafeReport> {
  const { folder: workFolder, dryRun, rules: written, runAttempt, ...rest } = request;
  const rules = redactionRules(written.patterns, written.names);
  return await withEngine({ ...rest, workFolder }, async (opened) => {
    const store = dryRun ? undefined : promiseStore(opened, runAttempt);
    return (await planEnvironment({ ...rest, opened, rules, store })).report;
  });
}
