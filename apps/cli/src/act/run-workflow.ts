import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processesIn, stopProcess } from "@slipway/local-aws";
import { execa } from "execa";
import { actArguments } from "./act-arguments.ts";
import { type ActLog, actLog, type LogLine } from "./act-log.ts";
import { checkOut } from "./checkout.ts";
import { environmentRules } from "./environment-rules.ts";
import { jobVariables } from "./job-variables.ts";
import { jobsOfRun } from "./jobs-of-run.ts";
import type { LocalRunner } from "./local-runner.ts";
import type { RunRecord } from "./run-record.ts";
import { servedRun } from "./served-run.ts";
import type { WorkflowEvent } from "./workflow-event.ts";

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
  /** What a reviewer says to a job that waits for one; a job of that environment does not start before. @default yes */
  readonly review?: (job: string) => Promise<string>;
}

/** Runs one workflow as GitHub would at the commit of the event, by act on this machine. */
export async function runWorkflow(runner: LocalRunner, request: RunRequest): Promise<WorkflowRun> {
  const { signal, identity, service } = runner;
  const { file, event, runId, review = async () => "yes" } = request;
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
    env: jobVariables(runner.caller, { ...runner.place, folder }),
    onLine: request.onLine,
  });
  // act ends what it started itself; a Terraform that an action had started would go on.
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
    if (question !== undefined) runner.service.heard(question, line.job);
    started.onLine?.(line);
  }
  await new Promise((resolve) => file.end(resolve));
  return (await child).exitCode;
}
