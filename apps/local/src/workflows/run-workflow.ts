import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { processesIn } from "../machine/processes-in.ts";
import { stopProcess } from "../machine/stop-process.ts";
import { actLog } from "./act-log.ts";
import { checkOut } from "./check-out.ts";
import { idTokenClaims, type RunIdentity } from "./id-token-claims.ts";
import { jobNamed } from "./job-named.ts";
import { type JobPlace, jobVariables } from "./job-variables.ts";
import { plannedJobs } from "./planned-jobs.ts";
import { readWorkflows } from "./read-workflows.ts";
import { replacementArguments } from "./replacements.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunnerService } from "./runner-service.ts";
import type { WorkflowEvent } from "./workflow-event.ts";

/** A GitHub as far as one needs it to run workflows. */
export interface LocalRunner {
  /** Program. */
  readonly act: string;
  readonly service: RunnerService;
  readonly place: Omit<JobPlace, "folder">;
  readonly caller: Readonly<Record<string, string | undefined>>;
  /** Folder of the repository: its commits are what runs. */
  readonly repository: string;
  readonly identity: Pick<RunIdentity, "repository" | "ownerId" | "repositoryId">;
  readonly github: { readonly url: string; readonly token: string };
  /** Variables of the repository's settings: `vars`. */
  readonly vars: Readonly<Record<string, string>>;
  /** Signs the claims of an identity token. */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  /** Folder of all that runs leave. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

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
  readonly onLine?: (line: string) => void;
}

/** Runs one workflow as GitHub would at the commit of the event, by act on this machine. */
export async function runWorkflow(runner: LocalRunner, request: RunRequest): Promise<WorkflowRun> {
  const { service, signal } = runner;
  const { file, event, runId, onLine } = request;
  const started = performance.now();
  const folder = join(runner.folder, "runs", String(runId));
  const clone = await checkOut(runner.repository, event.sha, join(folder, "repository"), runner.identity.repository);
  mkdirSync(join(folder, "home"), { recursive: true });
  const eventPath = join(folder, "event.json");
  writeFileSync(eventPath, JSON.stringify(event.payload));
  const logPath = join(folder, `${file.replace(/\.ya?ml$/, "")}.log`);
  const logFile = createWriteStream(logPath);
  const log = actLog();
  const given = service.serve(servedRun(runner, request, clone));
  const child = execa(runner.act, [...actArguments(runner, request, { clone, eventPath, given })], {
    cwd: clone,
    extendEnv: false,
    env: jobVariables(runner.caller, { ...runner.place, folder }),
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 10_000,
  });
  for await (const text of child.iterable({ from: "all" })) {
    const line = log.take(text);
    if (line === undefined) continue;
    logFile.write(`${line.job === "" ? "" : `[${line.job}] `}${line.text}\n`);
    const question = /asks for an identity token \(([0-9a-f-]+)\)/.exec(line.text)?.[1];
    if (question !== undefined) service.heard(question, line.job);
    onLine?.(line.text);
  }
  const { exitCode } = await child;
  logFile.end();
  // act ends what it started itself; a Terraform that an action had started would go on.
  if (signal.aborted) await Promise.all(processesIn(folder).map((left) => stopProcess(left, 60)));
  signal.throwIfAborted();
  return { ...log.record(), id: runId, ok: exitCode === 0, seconds: (performance.now() - started) / 1000, logPath };
}

interface Prepared {
  readonly clone: string;
  readonly eventPath: string;
  /** Variables that lead to the service. */
  readonly given: Readonly<Record<string, string>>;
}

function* actArguments(runner: LocalRunner, { file, event, runId }: RunRequest, prepared: Prepared): Iterable<string> {
  const { identity, github } = runner;
  const variables = {
    ...prepared.given,
    LOCAL_RUNNER_ORIGIN: runner.repository,
    LOCAL_RUNNER_ARTIFACTS: join(runner.folder, "artifacts"),
    LOCAL_RUNNER_CACHE: join(runner.folder, "cache"),
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: identity.repository,
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_NUMBER: String(runId),
    GITHUB_REF: event.ref,
    // The name that act reads the commit from.
    SHA_REF: event.sha,
  };
  yield* [event.name, "--workflows", `.github/workflows/${file}`, "--eventpath", prepared.eventPath];
  yield* ["--actor", event.actor, "--secret", `GITHUB_TOKEN=${github.token}`];
  yield* ["--platform", "ubuntu-24.04=-self-hosted", "--json", "--rm", "--no-cache-server"];
  // The real checkout's work, at the commit that is asked for, in place of a copy of the work tree.
  yield "--no-skip-checkout";
  // Jobs mostly wait: for containers, for intervals, for each other.
  yield* ["--concurrent-jobs", "4"];
  for (const [name, value] of Object.entries(variables)) yield* ["--env", `${name}=${value}`];
  for (const [name, value] of Object.entries(runner.vars)) yield* ["--var", `${name}=${value}`];
  yield* replacementArguments(runner.place.root, prepared.clone);
}

/** What the identity tokens of the run's jobs say: known from the workflow and the event, never from the job that asks. */
function servedRun(runner: LocalRunner, { file, event, runId }: RunRequest, clone: string) {
  const workflows = readWorkflows(clone);
  const workflow = workflows.get(file);
  if (workflow === undefined) throw new Error(`workflow (${file}) must exist at ${event.sha}`);
  const { inputs = {} } = event.payload as { inputs?: Readonly<Record<string, unknown>> };
  const github = {
    event: event.payload,
    event_name: event.name,
    ref: event.ref,
    sha: event.sha,
    run_id: String(runId),
    repository: runner.identity.repository,
  };
  const jobs = plannedJobs(workflow, { workflows, contexts: { github, inputs, vars: runner.vars } });
  const identity = { ...runner.identity, runId, workflow: workflow.name, file, event };
  return {
    id: runId,
    idToken: async (name: string, audience: string) => {
      const job = jobNamed(jobs, name);
      if (job === undefined) return { refusal: `job (${name}) must be one of the workflow's` };
      if (!job.idToken) return { refusal: `job (${name}) must have the permission id-token: write` };
      if (isFork(event, runner.identity.repository)) return { refusal: "a fork's pull request gets no identity token" };
      return { value: await runner.sign(idTokenClaims(identity, job, audience)) };
    },
  };
}

function isFork({ payload }: WorkflowEvent, repository: string): boolean {
  const { pull_request } = payload as { pull_request?: { head: { repo: { full_name: string } } } };
  return pull_request !== undefined && pull_request.head.repo.full_name !== repository;
}
