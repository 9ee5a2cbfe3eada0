import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processesIn, stopProcess } from "@slipway/local-aws";
import { execa } from "execa";
import { actArguments } from "./act-arguments.ts";
import { type ActLog, actLog, type LogLine, type RunRecord } from "./act-log.ts";
import { checkOut } from "./checkout.ts";
import { jobVariables } from "./job-variables.ts";
import { environmentRules, jobNamed, type PlannedJob, plannedJobs } from "./planned-jobs.ts";
import type { LocalRunner, ServedRun } from "./runner-service.ts";
import { idTokenClaims, type RunIdentity } from "./tokens.ts";
import { readWorkflows, type WorkflowEvent } from "./workflow.ts";

export interface WorkflowRun extends RunRecord {
  readonly id: number;
  readonly ok: boolean;
  readonly seconds: number;
  readonly logPath: string;
}

export interface RunRequest {
  readonly file: string;
  readonly event: WorkflowEvent;
  readonly runId: number;
  readonly onLine?: ((line: LogLine) => void) | undefined;
  /** The reviewer's answer for a job that waits for approval; the job starts after it. @default "approved" */
  readonly review?: (job: string) => Promise<string>;
}

/** Runs one workflow at the commit of the event with act, as GitHub would. */
export async function runWorkflow(runner: LocalRunner, request: RunRequest): Promise<WorkflowRun> {
  const { signal, identity, service } = runner;
  const { file, event, runId, review = async () => "approved" } = request;
  const started = performance.now();
  const folder = join(runner.folder, "runs", String(runId));
  const clone = await checkOut(runner.repository, event.sha, join(folder, "repository"), identity.repository);
  mkdirSync(join(folder, "home"), { recursive: true });
  const eventPath = join(folder, "event.json");
  writeFileSync(eventPath, JSON.stringify(event.payload, null, 2));
  const { name, jobs } = jobsOfRun(runner, clone, request);
  const run = { ...identity, runId, workflow: name, file, event };
  const reviewed = jobs.filter(({ environment }) => environmentRules[environment ?? ""]?.reviewed).map(({ id }) => id);
  const variables = {
    ...service.serve(servedRun({ run, jobs, sign: runner.sign, review })),
    LOCAL_RUNNER_REVIEWED: reviewed.join(" "),
  };
  const logPath = join(folder, `${file.replace(/\.ya?ml$/, "")}.log`);
  const log = actLog();
  const exitCode = await act(runner, log, {
    clone,
    logPath,
    arguments: actArguments(runner, { file, event, eventPath, runId, clone, variables }),
    env: jobVariables(runner.caller, { ...runner.jobSettings, folder }),
    onLine: request.onLine,
  });
  // act stops only its direct children, so Terraform processes of actions are stopped here.
  if (signal.aborted) await Promise.all(processesIn(folder).map((left) => stopProcess(left, 60)));
  signal.throwIfAborted();
  return { ...log.record(), id: runId, ok: exitCode === 0, seconds: (performance.now() - started) / 1000, logPath };
}

interface Started {
  readonly clone: string;
  readonly logPath: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: RunRequest["onLine"];
}

async function act(runner: LocalRunner, log: ActLog, started: Started): Promise<number | undefined> {
  const child = execa(await runner.act, [...started.arguments], {
    cwd: started.clone,
    extendEnv: false,
    env: started.env,
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
    cancelSignal: runner.signal,
    forceKillAfterDelay: 10_000,
  });
  const file = createWriteStream(started.logPath);
  for await (const text of child.iterable({ from: "all" })) {
    const line = log.take(text);
    if (line === undefined) continue;
    file.write(`${line.job === "" ? "" : `[${line.job}] `}${line.text}\n`);
    const question = /asks for an identity token \(([0-9a-f-]+)\)/.exec(line.text)?.[1];
    if (question !== undefined) runner.service.recordQuestion(question, line.job);
    started.onLine?.(line);
  }
  await new Promise((resolve) => file.end(resolve));
  return (await child).exitCode;
}

/** The jobs that a workflow of the repository in `folder` can run on this event, and the workflow's name. */
function jobsOfRun(
  { identity, vars }: Pick<LocalRunner, "identity" | "vars">,
  folder: string,
  { file, event, runId }: { readonly file: string; readonly event: WorkflowEvent; readonly runId: number },
): { readonly name: string; readonly jobs: readonly PlannedJob[] } {
  const workflows = readWorkflows(folder);
  const workflow = workflows.get(file);
  if (workflow === undefined) throw new Error(`workflow (${file}) must exist at ${event.sha}`);
  const { inputs = {} } = event.payload as { inputs?: Readonly<Record<string, unknown>> };
  const github = {
    event: event.payload,
    event_name: event.name,
    ref: event.ref,
    sha: event.sha,
    run_id: String(runId),
    repository: identity.repository,
  };
  return { name: workflow.name, jobs: plannedJobs(workflow, { workflows, contexts: { github, inputs, vars } }) };
}

export interface ServedRunRequest {
  readonly run: RunIdentity;
  readonly jobs: readonly PlannedJob[];
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string;
  readonly review: ServedRun["review"];
}

/** Answers jobs of a run as GitHub would, based on the workflow, the event and the settings, not on claims of the job. */
function servedRun({ run, jobs, sign, review }: ServedRunRequest): ServedRun {
  const { event, repository, runId } = run;
  return {
    id: runId,
    review,
    idToken: async (name, audience) => {
      const job = jobNamed(jobs, name);
      if (job === undefined) return { reason: `job (${name}) must be one of the workflow's` };
      if (!job.idToken) return { reason: `job (${name}) must have the permission id-token: write` };
      if (isFork(event.payload, repository)) return { reason: "a fork's pull request gets no identity token" };
      const { ref } = environmentRules[job.environment ?? ""] ?? {};
      if (ref !== undefined && !ref.test(event.ref)) {
        return {
          reason: `${event.ref} is not allowed to deploy to ${job.environment} due to environment protection rules`,
        };
      }
      return { value: sign(idTokenClaims(run, job, audience)) };
    },
  };
}

function isFork(payload: Readonly<Record<string, unknown>>, repository: string): boolean {
  const { pull_request } = payload as { pull_request?: { head: { repo: { full_name: string } } } };
  return pull_request !== undefined && pull_request.head.repo.full_name !== repository;
}
