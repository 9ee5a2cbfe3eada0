/** One line of `act --json`. */
interface Entry {
  readonly msg: string;
  readonly job?: string;
  readonly jobID?: string;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stage?: string;
  readonly command?: string;
  /** A workflow command as it was printed. */
  readonly raw?: string;
  /** Of an output. */
  readonly name?: string;
  readonly raw_output?: boolean;
  readonly stepResult?: Result;
  readonly jobResult?: Result;
  /** Nanoseconds. */
  readonly executionTime?: number;
}

interface OpenJob {
  readonly name: string;
  readonly id: string;
  readonly startedAt: number;
  endedAt: number;
  result: Result;
  readonly steps: StepRecord[];
}

export interface LogLine {
  readonly job: string;
  /** What GitHub's log would show. */
  readonly text: string;
}

export interface ActLog {
  /** Parses one line of act's output; returns the line that GitHub's log would show. */
  take(line: string): LogLine | undefined;
  record(): RunRecord;
}

/** Parses the output of `act --json` into jobs, steps, errors and summaries. act writes summaries only to its log. */
export function actLog(now: () => number = Date.now): ActLog {
  const jobs = new Map<string, OpenJob>();
  const summaries: { job: string; step: readonly string[]; markdown: string }[] = [];
  const errors: { job: string; text: string }[] = [];
  const outputs: { job: string; name: string; value: string }[] = [];

  const jobOf = (name: string, id: string): OpenJob => {
    const known = jobs.get(name);
    if (known !== undefined) return known;
    const job: OpenJob = { name, id, startedAt: now(), endedAt: now(), result: "cancelled", steps: [] };
    jobs.set(name, job);
    return job;
  };

  return {
    take(line) {
      const entry = parse(line);
      if (entry === undefined) return line.trim() === "" ? undefined : { job: "", text: line };
      const { msg, job: padded, jobID = "", command } = entry;
      if (padded === undefined) return undefined;
      const name = padded.trim();
      const job = jobOf(name, jobID);
      if (entry.jobResult !== undefined) {
        job.result = entry.jobResult;
        job.endedAt = now();
        return { job: name, text: `job: ${entry.jobResult}` };
      }
      if (command === "summary") {
        const summary = { job: name, step: entry.stepID ?? [], markdown: msg.slice(msg.indexOf(" - ") + 3) };
        if (!summaries.some((other) => isOuter(summary, other))) summaries.push(summary);
        return undefined;
      }
      if (command === "set-output" && entry.stepID?.length === 1) {
        const { name: output = "" } = entry;
        outputs.push({ job: name, name: output, value: msg.slice(msg.indexOf(`${output}=`) + output.length + 1) });
        return undefined;
      }
      // act treats an error text that contains `::`, for example an ARN, as an unknown command.
      if (/^::error[: ]/.test(entry.raw ?? "") && command !== "ignored") {
        errors.push({ job: name, text: errorText(msg) });
        return { job: name, text: `error: ${errorText(msg)}` };
      }
      if (isWholeStep(entry)) {
        const seconds = (entry.executionTime ?? 0) / 1e9;
        job.steps.push({ title: title(entry.step ?? ""), result: entry.stepResult ?? "success", seconds });
      }
      return entry.raw_output === true ? { job: name, text: msg.replace(/\r?\n$/, "") } : undefined;
    },
    record: () => ({
      jobs: [...jobs.values()].map((job): JobRecord => ({ ...job })),
      summaries: summaries.map(({ job, markdown }) => ({ job, markdown })),
      errors,
      outputs,
    }),
  };
}

function parse(line: string): Entry | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}

/** Steps of the job itself, not those inside of a composite action. */
const isWholeStep = ({ stage, stepResult, stepID }: Entry) =>
  stage === "Main" && stepResult !== undefined && stepID?.length === 1;

interface Summary {
  readonly job: string;
  readonly step: readonly string[];
  readonly markdown: string;
}

/** act repeats the summary of a composite action's last step as the action's own. */
const isOuter = (summary: Summary, inner: Summary) =>
  inner.job === summary.job &&
  inner.markdown === summary.markdown &&
  inner.step.length > summary.step.length &&
  summary.step.every((id, index) => inner.step[index] === id);

/** A step without a name is called by its first line, or its action without the commit. */
const title = (step: string) => (step.split("\n")[0] ?? "").replace(/@[0-9a-f]{40}$/, "");

/** The text of an error in act's message, where secrets are masked. */
const errorText = (message: string) =>
  message
    .replace(/^.*?::error(?: [^:]*)?::/s, "")
    .trimEnd()
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%25", "%");

export type Result = "success" | "failure" | "skipped" | "cancelled";

/** Result of a job. */
interface JobRecord {
  /** As act's log has it: `caller/workflow/job`. */
  readonly name: string;
  readonly id: string;
  readonly result: Result;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly steps: readonly StepRecord[];
}

interface StepRecord {
  readonly title: string;
  readonly result: Result;
  readonly seconds: number;
}

/** Result of a workflow run. */
export interface RunRecord {
  /** Jobs that ran, in the order in which they began. */
  readonly jobs: readonly JobRecord[];
  /** Markdown of each step's summary, in order; secrets are masked. */
  readonly summaries: readonly { readonly job: string; readonly markdown: string }[];
  /** Outputs of steps. */
  readonly outputs: readonly { readonly job: string; readonly name: string; readonly value: string }[];
  /** Error lines of steps. */
  readonly errors: readonly { readonly job: string; readonly text: string }[];
}
