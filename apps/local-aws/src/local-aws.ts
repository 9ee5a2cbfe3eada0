import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@slipway/core";
import type { SlipwayHome } from "./home.ts";
import type { Docker } from "./host/docker-client.ts";
import { identify, isPortFree, isRunning, type ProcessIdentity, portOwner, stopProcess } from "./host/processes.ts";

/** A local AWS that answers its health check. */
export interface LocalAws {
  readonly process: ProcessIdentity;
  readonly endpoint: string;
  readonly port: number;
  /** Id of the instance's state: an instance with another id has none of the resources created before. */
  readonly instanceId: string;
  /** Grows with each start that followed an unclean end. */
  readonly boot: number;
  readonly version: string;
}

/** Body of `/_slipway/health`. */
interface Health {
  readonly incarnation: string;
  readonly boot: number;
  readonly version: string;
}

interface LocalAwsRecord extends ProcessIdentity {
  readonly port: number;
}

export interface LocalAwsRequest {
  readonly home: SlipwayHome;
  readonly python: string;
  readonly region: string;
  readonly account: string;
  readonly signal: AbortSignal;
}

const startPatienceSeconds = 60;
const stopPatienceSeconds = 30;

const recordPath = ({ path }: SlipwayHome) => path("aws", "process.json");
/** The public keys of the tokens that the local AWS trusts; see token-issuer.ts. */
export const issuerKeys = ({ path }: SlipwayHome) => path("issuer", "keys.json");
export const localAwsLog = ({ path }: SlipwayHome) => path("aws", "aws.log");

/** The local AWS of this SlipwayHome; it is started if it does not run. */
export async function startLocalAws(request: LocalAwsRequest): Promise<LocalAws & { readonly started: boolean }> {
  const { home } = request;
  const record = readRecord(home);
  if (record !== undefined && isRunning(record)) {
    if (record.port !== home.port) {
      throw new Failure(
        `the local AWS of ${home.folder} (process ${record.pid}) listens on ${record.port}, not on SLIPWAY_GATEWAY_PORT (${home.port})`,
        "use that port, or run `npm run down` first",
      );
    }
    const running = await waitForHealth(request, record, 15);
    if (running !== undefined) return { ...running, started: false };
    await stopProcess(record, stopPatienceSeconds);
  }
  if (!(await isPortFree(home.port))) {
    throw new Failure(
      `port ${home.port} must be free, ${portOwner(home.port)} listens on it`,
      // The next port is the door of the local AWS at this one; see edge.ts.
      `stop that, or take another port: SLIPWAY_GATEWAY_PORT=${home.port + 2} npm start`,
    );
  }
  const started = launch(request);
  const running = await waitForHealth(request, started, startPatienceSeconds);
  if (running !== undefined) return { ...running, started: true };
  const ended = !isRunning(started);
  await stopProcess(started, 5);
  throw new Failure(
    `the local AWS must answer within ${startPatienceSeconds} s, ${ended ? `but it ended: ${lastLogLine(home)}` : "but it did not"}`,
    "read its log, then run `npm start` again",
    { logPath: localAwsLog(home) },
  );
}

/** The local AWS of this SlipwayHome, if it runs and answers. */
export async function findLocalAws(home: SlipwayHome): Promise<LocalAws | undefined> {
  const record = readRecord(home);
  return record !== undefined && isRunning(record) ? requestHealth(record) : undefined;
}

/** Stops the local AWS, which then saves its state and removes its containers. */
export async function stopLocalAws(home: SlipwayHome): Promise<string> {
  const record = readRecord(home);
  if (record === undefined) return "did not run";
  const how = await stopProcess(record, stopPatienceSeconds);
  rmSync(recordPath(home), { force: true });
  return how === "was gone" ? "had already ended" : `${how} (process ${record.pid})`;
}

function launch({ home, python, region, account }: LocalAwsRequest): LocalAwsRecord {
  mkdirSync(home.path("aws", "state"), { recursive: true });
  const log = openSync(localAwsLog(home), "a");
  try {
    const child = spawn(python, ["-m", "aws"], {
      cwd: home.path("aws"),
      // detached puts it into its own session, so that Ctrl-C and a killed run do not stop it.
      detached: true,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        PYTHONPATH: `${home.root}/apps/local-aws`,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONUNBUFFERED: "1",
        GATEWAY_PORT: String(home.port),
        MINISTACK_REGION: region,
        MINISTACK_ACCOUNT_ID: account,
        // AUTH makes it enforce IAM policies; an access key that is an account id acts as that account's root.
        AUTH: "true",
        SLIPWAY_ISSUER: issuerKeys(home),
        PERSIST_STATE: "1",
        STATE_DIR: home.path("aws", "state"),
      },
    });
    child.unref();
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined) throw new Failure(`the local AWS (${python} -m aws) must start, but it ended at once.`);
    const record = { ...identity, port: home.port };
    writeFileSync(recordPath(home), JSON.stringify(record));
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
    const answer = await requestHealth(record);
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  return undefined;
}

async function requestHealth(record: LocalAwsRecord): Promise<LocalAws | undefined> {
  const endpoint = `http://127.0.0.1:${record.port}`;
  try {
    const response = await fetch(`${endpoint}/_slipway/health`, { signal: AbortSignal.timeout(5000) });
    if (response.status !== 200) return undefined;
    const { incarnation: instanceId, boot, version } = (await response.json()) as Health;
    return { process: record, endpoint, port: record.port, instanceId, boot, version };
  } catch {
    return undefined;
  }
}

function readRecord(home: SlipwayHome): LocalAwsRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordPath(home), "utf8")) as LocalAwsRecord;
  } catch {
    return undefined;
  }
}

function lastLogLine(home: SlipwayHome): string {
  return readFileSync(localAwsLog(home), "utf8").trim().split("\n").at(-1) ?? "it said nothing";
}

/** Containers of ECS tasks of these instances of the local AWS, including stopped ones. */
export async function findContainers(docker: Docker, instanceIds: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const instanceId of instanceIds) {
    const { stdout } = await docker.attempt(["ps", "--all", "--quiet", "--filter", `label=slipway=${instanceId}`]);
    found.push(...stdout.split("\n").filter((id) => id !== ""));
  }
  return found;
}

/** Removes these containers, with the network of those that are cut off from the internet, and returns their number. */
export async function removeContainers(docker: Docker, instanceIds: readonly string[]): Promise<number> {
  const ids = await findContainers(docker, instanceIds);
  if (ids.length > 0) await docker.attempt(["rm", "--force", "--volumes", ...ids]);
  for (const instanceId of instanceIds) {
    const { stdout } = await docker.attempt(["network", "ls", "--quiet", "--filter", `label=slipway=${instanceId}`]);
    const networks = stdout.split("\n").filter((id) => id !== "");
    if (networks.length > 0) await docker.attempt(["network", "rm", ...networks]);
  }
  return ids.length;
}
