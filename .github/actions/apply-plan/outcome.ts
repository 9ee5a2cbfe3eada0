import { type ActionResult, duration, markdown } from "@slipway/core";
import { renderReport } from "@slipway/plan-review/report/render-report";
import { writeReport } from "@slipway/plan-review/report/report-file";
import type { SafeReport } from "@slipway/plan-review/report/report-schema";
import { applyReport } from "./apply-report.ts";
import type { AppliedStack } from "./apply-stacks.ts";
import type { ApplyContext, Progress } from "./context.ts";
import { differences } from "./differences.ts";
import type { NewPlan } from "./plan-main.ts";
import { writeOutputs } from "./write-outputs.ts";

export interface Ending {
  /** Undefined where a new plan is all there is to tell. */
  readonly outcome: SafeReport["outcome"];
  /** True when the environment is as its reviewed plan says and nothing waits for another one. */
  readonly done: boolean;
  readonly newPlan: NewPlan | undefined;
}

/** A summary over 1 MiB is not shown at all. */
const summaryBudget = { limit: 900_000, measure: (text: string) => Buffer.byteLength(text) };

/** Writes what another job posts and what a deploy reads, and shows the run in the job summary. */
export async function finish(
  { input, opened }: ApplyContext,
  progress: Progress,
  ending: Ending,
): Promise<ActionResult> {
  const { outcome, done, newPlan } = ending;
  const { applied, found } = progress;
  const names = applied.map(({ stack }) => stack.name);
  const left = [...(await differences(opened))].flatMap(([name, how]) => (how === undefined ? [] : [name]));
  const pr = found.pulls[0]?.number;
  const common = { opened, input, outcome, applied: names, left, pr };
  const report = applyReport({ ...common, newPlan });
  const path = await writeReport(report, `${input.home}/${input.environment}`);
  const outputs = {
    applied: String(done),
    "applied-stacks": names.join(","),
    plan: newPlan?.planId ?? found.plans[0]?.id ?? "",
    report: path,
    "pr-number": pr === undefined ? "" : String(pr),
    "outputs-path": done ? await writeOutputs(opened, input.home) : "",
  };
  return { outputs, summary: [renderReport(report, summaryBudget), appliedTable(applied)].join("\n") };
}

const words = {
  unchanged: "nothing to do",
  applied: "the reviewed plan",
  replanned: "planned again: an upstream output moved, the changes are the reviewed ones",
} as const;

function appliedTable(applied: readonly AppliedStack[]): string {
  if (applied.length === 0) return "";
  const rows = applied.map(({ stack, how, counts, seconds }) => [
    markdown.code(stack.name),
    words[how],
    String(counts.add),
    String(counts.change),
    String(counts.destroy),
    duration(seconds * 1000),
  ]);
  const head = ["Applied", "", "Added", "Changed", "Destroyed", "Took"];
  return markdown.table(head, ["---", "---", "--:", "--:", "--:", "--:"], rows);
}
