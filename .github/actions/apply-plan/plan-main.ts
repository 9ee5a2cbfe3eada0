import { planEnvironment } from "@slipway/plan-review/plan-environment";
import type { SafeReport } from "@slipway/plan-review/report/report-schema";
import type { ApplyContext } from "./context.ts";

export interface NewPlan {
  readonly report: SafeReport;
  readonly planId: string | undefined;
  /** True when nothing is left to say yes to: every stack is as its JSON says, which is now written down. */
  readonly nothingLeft: boolean;
}

/** Plans what is on main now, stores it, and writes down what needs no apply; `all`: stacks that are as last applied too. */
export async function planMain(context: ApplyContext, { all = false } = {}): Promise<NewPlan> {
  const { input, opened, store, stored, rules, runId, log } = context;
  const { report, planId } = await planEnvironment({
    opened,
    pr: undefined,
    head: input.commit,
    base: undefined,
    runId,
    runUrl: input.runUrl === "" ? undefined : input.runUrl,
    rules,
    store,
    all,
    log,
  });
  const failed = report.stacks.some(({ status }) => status === "failed");
  const manifest = planId === undefined ? undefined : await stored.getManifest(planId);
  const empty = manifest?.stacks.every((stack) => stack.empty) === true && manifest.waiting.length === 0;
  if (failed || !empty) return { report, planId, nothingLeft: false };
  for (const { name } of manifest.stacks) {
    const stack = opened.stacks.find((each) => each.name === name);
    // What is written down already stays: what only `bootstrap` applies, no job may write.
    if (stack === undefined || (await opened.engine.difference(stack, opened.account)) === undefined) continue;
    log.info(`${name}: has nothing to change; written down as applied`);
    await opened.engine.record(stack, opened.account);
  }
  return { report, planId, nothingLeft: true };
}
