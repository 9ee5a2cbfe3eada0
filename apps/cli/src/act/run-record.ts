export type Result = "success" | "failure" | "skipped" | "cancelled";

/** What came of a job. */
export interface JobRecord {
  /** As act's log has it: `caller/workflow/job`. */
  readonly name: string;
  readonly id: string;
  readonly result: Result;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly steps: readonly StepRecord[];
}

export interface StepRecord {
  readonly title: string;
  readonly result: Result;
  readonly seconds: number;
}

/** What came of a workflow run. */
export interface RunRecord {
  /** Jobs that ran, in the order in which they began. */
  readonly jobs: readonly JobRecord[];
  /** Markdown of each step's summary, in order; secrets are masked. */
  readonly summaries: readonly { readonly job: string; readonly markdown: string }[];
  /** What steps gave to the steps and jobs after them. */
  readonly outputs: readonly { readonly job: string; readonly name: string; readonly value: string }[];
  /** What steps marked as errors. */
  readonly errors: readonly { readonly job: string; readonly text: string }[];
}
