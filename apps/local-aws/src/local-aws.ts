import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@slipway/core";
import type { Workspace } from "./home.ts";
import type { Docker } from "./host/docker-client.ts";
import { identify, isPortFree, isRunning, type ProcessIdentity, portOwner, stopProcess } from "./host/processes.ts";

/** A local AWS that answers. */
export interface LocalAws {
  readonly process: ProcessIdentity;
  readonly endpoint: string;
  readonly port: number;
  /** Names its memory: another incarnation knows nothing of what was made before. */
  readonly incarnation: string;
  /** Grows with each start that followed an unclean end. */
  readonly boot: number;
  readonly version: string;
}

interface LocalAwsRecord extends ProcessIdentity {
  readonly port: number;
}

export interface LocalAwsRequest {
  readonly workspace: Workspace;
  readonly python: string;
  readonly region: string;
  readonly account: string;
  readonly signal: AbortSignal;
}

const startPatienceSeconds = 60;
const stopPatienceSeconds = 30;

const recordPath = ({ path }: Workspace) => path("aws", "process.json");
/** The public keys of the tokens that the local AWS trusts; see token-issuer.ts. */
export const issuerKeys = ({ path }: Workspace) => path("issuer", "keys.json");
export const localAwsLog = ({ path }: Workspace) => path("aws", "aws.log");

/** The local AWS of this workspace, started when it does not run. */
export async function startLocalAws(request: LocalAwsRequest): Promise<LocalAws & { readonly started: boolean }> {
  const { workspace } = request;
  const record = readRecord(workspace);
  if (record !== undefined && isRunning(record)) {
    if (record.port !== workspace.port) {
      throw new Failure(
        `the local AWS of ${workspace.home} (process ${record.pid}) listens on ${record.port}, not on SLIPWAY_GATEWAY_PORT (${workspace.port})`,
        "use that port, or run `npm run down` first",
      );
    }
    const running = await waitForHealth(request, record, 15);
    if (running !== undefined) return { ...running, started: false };
    await stopProcess(record, stopPatienceSeconds);
  }
  if (!(await isPortFree(workspace.port))) {
    throw new Failure(
      `port ${workspace.port} must be free, ${portOwner(workspace.port)} listens on it`,
      `stop that, or take another port: SLIPWAY_GATEWAY_PORT=${workspace.port + 1} npm start`,
    );
  }
  const started = launch(request);
  const running = await waitForHealth(request, started, startPatienceSeconds);
  if (running !== undefined) return { ...running, started: true };
  const ended = !isRunning(started);
  await stopProcess(started, 5);
  throw new Failure(
    `the local AWS must answer within ${startPatienceSeconds} s, ${ended ? `but it ended: ${lastLogLine(workspace)}` : "but it did not"}`,
    "read its log, then run `npm start` again",
    { logPath: localAwsLog(workspace) },
  );
}

/** The local AWS of this workspace if it runs and answers. */
export async function findLocalAws(workspace: Workspace): Promise<LocalAws | undefined> {
  const record = readRecord(workspace);
  return record !== undefined && isRunning(record) ? ask(record) : undefined;
}

/** Stops the local AWS; it saves its memory and removes its containers. */
export async function stopLocalAws(workspace: Workspace): Promise<string> {
  const record = readRecord(workspace);
  if (record === undefined) return "did not run";
  const how = await stopProcess(record, stopPatienceSeconds);
  rmSync(recordPath(workspace), { force: true });
  return how === "was gone" ? "had already ended" : `${how} (process ${record.pid})`;
}

function launch({ workspace, python, region, account }: LocalAwsRequest): LocalAwsRecord {
  mkdirSync(workspace.path("aws", "state"), { recursive: true });
  const log = openSync(localAwsLog(workspace), "a");
  try {
    const child = spawn(python, ["-m", "aws"], {
      cwd: workspace.path("aws"),
      // A session of its own: Ctrl-C and a killed run leave it alone.
      detached: true,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        PYTHONPATH: `${workspace.root}/apps/local-aws`,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONUNBUFFERED: "1",
        GATEWAY_PORT: String(workspace.port),
        MINISTACK_REGION: region,
        MINISTACK_ACCOUNT_ID: account,
        // Whose access key is an account's number is that account itself; everybody else is held to policies.
        AUTH: "true",
        SLIPWAY_ISSUER: issuerKeys(workspace),
        PERSIST_STATE: "1",
        STATE_DIR: workspace.path("aws", "state"),
      },
    });
    child.unref();
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined) throw new Failure(`the local AWS (${python} -m aws) must start, but it ended at once.`);
    const record = { ...identity, port: workspace.port };
    writeFileSync(recordPath(workspace), JSON.stringify(record));
    return record;
  } finally {
    closeSync(log);
  }
}

async function waitForHealth(
  request: LocalAwsRequest,
  record: LocalAwsRecord,
  seconds: number,
): Promise<LocalAws | undefined> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline && isRunning(record)) {
    request.signal.throwIfAborted();
    const answer = await ask(record);
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  return undefined;
}

async function ask(record: LocalAwsRecord): Promise<LocalAws | undefined> {
  const endpoint = `http://127.0.0.1:${record.port}`;
  try {
    const response = await fetch(`${endpoint}/_slipway/health`, { signal: AbortSignal.timeout(5000) });
    if (response.status !== 200) return undefined;
    const { incarnation, boot, version } = (await response.json()) as Pick<
      LocalAws,
      "incarnation" | "boot" | "version"
    >;
    return { process: record, endpoint, port: record.port, incarnation, boot, version };
  } catch {
    return undefined;
  }
}

function readRecord(workspace: Workspace): LocalAwsRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordPath(workspace), "utf8")) as LocalAwsRecord;
  } catch {
    return undefined;
  }
}

function lastLogLine(workspace: Workspace): string {
  return readFileSync(localAwsLog(workspace), "utf8").trim().split("\n").at(-1) ?? "it said nothing";
}

/** Containers that tasks of these incarnations of the local AWS run in, stopped ones included. */
export async function findContainers(docker: Docker, incarnations: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const incarnation of incarnations) {
    const { stdout } = await docker.attempt(["ps", "--all", "--quiet", "--filter", `label=slipway=${incarnation}`]);
    found.push(...stdout.split("\n").filter((id) => id !== ""));
  }
  return found;
}

/** Removes them and tells how many there were. */
export async function removeContainers(docker: Docker, incarnations: readonly string[]): Promise<number> {
  const ids = await findContainers(docker, incarnations);
  if (ids.length > 0) await docker.attempt(["rm", "--force", "--volumes", ...ids]);
  return ids.length;
}
