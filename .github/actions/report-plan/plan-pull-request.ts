import { ActionFailure, type Log } from "@slipway/core";
import { withEngine } from "@slipway/plan-review/open-engine";
import { planEnvironment } from "@slipway/plan-review/plan-environment";
import { promiseStore } from "@slipway/plan-review/promise/promise-store";
import { redactionRules } from "@slipway/plan-review/redact/redact-plan";
import { buildReport } from "@slipway/plan-review/report/build-report";
import { reportOutputs } from "@slipway/plan-review/report/report-counts";
import type { SafeReport } from "@slipway/plan-review/report/report-schema";
import { checkedStacks, otherEnvironments } from "./untrusted-stacks.ts";

export interface PullRequest {
  /** Main's stacks if `untrustedStacks` is set, else those that are planned. */
  readonly stacksDir: string;
  /** What a run of a pull request synthesized; empty: `stacksDir` is planned. */
  readonly untrustedStacks: string;
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
  /** True where the pull request changes what its image is made of. */
  readonly changesApp: boolean;
  /** What a reader must know beside the plan. */
  readonly notes: readonly string[];
  /** True: nothing is kept. */
  readonly dryRun: boolean;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Plans the stacks of an environment as this commit has them. */
export async function planPull(request: PullRequest): Promise<SafeReport> {
  const { folder: workFolder, dryRun, rules: written, runAttempt, untrustedStacks: untrusted, ...rest } = request;
  const rules = redactionRules(written.patterns, written.names);
  const notes = [...request.notes, ...(await otherEnvironments(request))];
  let stacksDir: string;
  try {
    stacksDir = untrusted === "" ? request.stacksDir : await checkedStacks(request);
  } catch (error) {
    if (!(error instanceof ActionFailure)) throw error;
    return notPlanned(error, { ...request, notes }, rules);
  }
  const planned = await withEngine({ ...rest, stacksDir, workFolder }, async (opened) => {
    const store = dryRun ? undefined : promiseStore(opened, runAttempt);
    return (await planEnvironment({ ...rest, opened, rules, store })).report;
  });
  return { ...planned, notes: [...notes, ...deploymentNotes(planned, request.changesApp)] };
}

/** What merging does beside this plan; of a plan that has to be corrected first, nothing is said. */
export function deploymentNotes(planned: SafeReport, changesApp: boolean): readonly string[] {
  const { "has-changes": hasChanges, "failed-stacks": failed } = reportOutputs(planned);
  if (!changesApp || failed !== "") return [];
  return hasChanges === "true"
    ? ["The app changes too: merging applies this plan, then deploys the image of this commit"]
    : ["No infrastructure changes: merging deploys the image of this commit"];
}

/** The report of stacks that main's code does not plan; the reader learns why. */
function notPlanned(
  { reason, what, next }: ActionFailure,
  { environment, head, base, pr, runUrl, notes }: PullRequest,
  rules: Parameters<typeof buildReport>[1],
): SafeReport {
  const outcome = { status: "refused", reason, what, next } as const;
  const about = { kind: "plan", environment, head, base, pr, runUrl, engine: "", provider: "", stacks: [] } as const;
  return buildReport({ ...about, stacks: [], outcome, notes: [...notes] }, rules);
}
