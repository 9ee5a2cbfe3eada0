import { request as plain } from "node:http";
import { request as encrypted } from "node:https";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { ActionFailure, type ActionResult, type Log, markdown } from "@slipway/core";

export interface CheckServiceInput {
  readonly url: string;
  readonly healthCheckPath: string;
  /** Path whose JSON names the digest; empty where the app has none. */
  readonly versionPath: string;
  /** Where ECS is asked which images run; empty where it is not asked. */
  readonly cluster: string;
  readonly service: string;
  /** Empty: any image may answer. */
  readonly digest: string;
  /** Good answers in a row that are wanted. */
  readonly answers: number;
  readonly timeoutSeconds: number;
  /** `host:port`; empty for the URL's own. */
  readonly connectTo: string;
  /** Only the inputs are checked. */
  readonly dryRun: boolean;
}

interface Tools {
  readonly ecs: () => Promise<ECSClient>;
  readonly log: Log;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What one look found wrong; undefined if all is well. */
type Fault = Pick<ActionFailure, "reason" | "what"> | undefined;

interface Probe {
  readonly fault: Fault;
  readonly digest: string;
}

/** What was found so far. */
interface Progress {
  readonly requests: number;
  readonly digest: string;
  /** `2 of 2 tasks`, as ECS says; empty as long as it has not been asked. */
  readonly tasks: string;
}

/** Sends requests until enough answers in a row are good. One answer may come from a task that is stopping, and the first may fail. */
export async function checkService(input: CheckServiceInput, tools: Tools): Promise<ActionResult> {
  const address = addressOf(input);
  checkProofs(input);
  if (input.dryRun) {
    tools.log.info(`Dry run: ${input.url} would be requested for up to ${input.timeoutSeconds} s`);
    return { outputs: outputs(0, ""), summary: "" };
  }
  const end = tools.now() + input.timeoutSeconds * 1000;
  let [good, requests, tasks] = [0, 0, ""];
  let fault: Fault;
  for (;;) {
    const probe = await probeService(address, input, tools.signal);
    rejectAborted(tools.signal);
    requests += 1;
    let { fault: found, digest } = probe;
    // ECS is asked last: what it says is true for all tasks, so once is enough.
    if (found === undefined && good + 1 >= input.answers && asksEcs(input)) {
      ({ fault: found, digest, tasks } = await probeTasks(input, tools));
      rejectAborted(tools.signal);
    }
    if (found !== undefined && found.what !== fault?.what) tools.log.info(`Not yet: ${found.what}`);
    fault = found;
    good = fault === undefined ? good + 1 : 0;
    const progress = { requests, digest, tasks };
    if (good >= input.answers) return healthy(input, progress, tools.log);
    if (fault !== undefined && tools.now() >= end) throw failed(fault, input, progress);
    await tools.wait(fault === undefined ? 200 : 1000);
  }
}

function healthy(input: CheckServiceInput, { requests, digest, tasks }: Progress, log: Log): ActionResult {
  const proof = proofOf(input, tasks);
  const shown = proof === "" ? "" : `, ${digest} by ${proof}`;
  log.info(`${input.url} is healthy: ${input.answers} good answers in a row${shown}`);
  return { outputs: outputs(requests, digest), summary: summaryOf(input, "healthy", { digest, tasks }) };
}

function failed({ reason, what }: NonNullable<Fault>, input: CheckServiceInput, progress: Progress): ActionFailure {
  const text = `${what}, after ${input.timeoutSeconds} s of requests`;
  return new ActionFailure(reason, text, "read the log of the service's tasks", {
    outputs: outputs(progress.requests, progress.digest),
    summary: `${summaryOf(input, "unhealthy", progress)}\n${markdown.prose(text)}.\n`,
  });
}

function rejectAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ActionFailure("interrupted", "Interrupted while checking", "run again");
}

/** A digest that nobody is asked for would count as proven. */
function checkProofs({ digest, versionPath, cluster, service }: CheckServiceInput): void {
  if ((cluster === "") !== (service === "")) {
    const [missing, given] = cluster === "" ? ["cluster", "service"] : ["service", "cluster"];
    const what = `Input \`${missing}\` () must not be empty where \`${given}\` is set`;
    throw new ActionFailure("input-invalid", what, "set both under `with:`, or neither");
  }
  if (digest === "" || versionPath !== "" || cluster !== "") return;
  const what = `Input \`digest\` (${digest}) must come with \`version-path\`, or with \`cluster\` and \`service\``;
  throw new ActionFailure("input-invalid", what, "say who is asked for it, or leave it out");
}

const asksEcs = ({ digest, cluster }: CheckServiceInput) => digest !== "" && cluster !== "";

/** Asks ECS which images run; an error of that question is none of the service's, and ends the check. */
async function probeTasks(input: CheckServiceInput, { ecs }: Tools): Promise<Probe & { readonly tasks: string }> {
  const { runningTasks } = await import("@slipway/ecs-deploy/running-tasks");
  const tasks = await runningTasks(await ecs(), input.cluster, input.service);
  const others = tasks.filter(({ digests }) => !digests.includes(input.digest));
  const counted = `${tasks.length - others.length} of ${tasks.length} tasks`;
  if (tasks.length > 0 && others.length === 0) return { fault: undefined, digest: input.digest, tasks: counted };
  const digest = others[0]?.digests.join(", ") ?? "";
  const found = tasks.length === 0 ? "none runs" : `${counted}, others ${digest || "without a digest"}`;
  const what = `Every running task of ${input.service} must have the image ${input.digest} (${found})`;
  return { fault: { reason: "other-image-answers", what }, digest, tasks: counted };
}

async function probeService(address: Address, input: CheckServiceInput, signal: AbortSignal): Promise<Probe> {
  // A cancelled step has seconds left, fewer than an answer may take.
  const limits = { timeoutMs: 10_000, signal };
  try {
    const health = await request(address, input.healthCheckPath, limits);
    if (health.status < 200 || health.status > 399) {
      const what = `GET ${input.healthCheckPath} of ${input.url} must answer with 200 to 399, not ${health.status}`;
      return { fault: { reason: "service-unhealthy", what }, digest: "" };
    }
    if (input.digest === "" || input.versionPath === "") return { fault: undefined, digest: "" };
    return checkDigest(await request(address, input.versionPath, limits), input);
  } catch (error) {
    const what = `${input.url} must answer (${(error as Error).message})`;
    return { fault: { reason: "service-unreachable", what }, digest: "" };
  }
}

function checkDigest({ status, body }: ServiceResponse, input: CheckServiceInput): Probe {
  const digest = digestIn(body);
  if (digest === input.digest) return { fault: undefined, digest };
  const found = digest === "" ? `${status} without one` : digest;
  const what = `GET ${input.versionPath} of ${input.url} must answer with the digest ${input.digest}, not ${found}`;
  return { fault: { reason: "other-image-answers", what }, digest };
}

function digestIn(body: string): string {
  try {
    const { digest } = JSON.parse(body);
    return typeof digest === "string" ? digest : "";
  } catch {
    return "";
  }
}

function addressOf({ url, connectTo }: CheckServiceInput): Address {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ActionFailure(
      "input-invalid",
      `Input \`url\` (${url}) must begin with http:// or https://`,
      "correct it under `with:`",
    );
  }
  if (connectTo === "") return { url: new URL(url), connectTo: undefined };
  const [, host = "", port = ""] = /^([\w.-]+):(\d{1,5})$/.exec(connectTo) ?? [];
  if (host === "") {
    const what = `Input \`connect-to\` (${connectTo}) must be host:port`;
    throw new ActionFailure("input-invalid", what, "correct it under `with:`, or leave it out");
  }
  return { url: new URL(url), connectTo: { host, port: Number(port) } };
}

function outputs(requests: number, digest: string): Record<string, string> {
  return { requests: String(requests), "answered-digest": digest };
}

/** Who named the image: `/version and ECS (2 of 2 tasks)`. */
function proofOf(input: CheckServiceInput, tasks: string): string {
  if (input.digest === "") return "";
  return [input.versionPath, tasks && `ECS (${tasks})`].filter((part) => part !== "").join(" and ");
}

function summaryOf(input: CheckServiceInput, state: string, found: Pick<Progress, "digest" | "tasks">): string {
  const facts = markdown.facts([
    ["Health", markdown.code(input.healthCheckPath)],
    ["Wanted", input.digest === "" ? "" : markdown.code(input.digest)],
    ["Found", found.digest === "" ? "" : markdown.code(found.digest)],
    ["Asked", markdown.word(proofOf(input, found.tasks))],
  ]);
  return `## ${markdown.code(input.url)}: ${state}\n\n${facts}`;
}

interface Address {
  readonly url: URL;
  /** Where to connect instead of the URL's own host and port. */
  readonly connectTo: { readonly host: string; readonly port: number } | undefined;
}

interface ServiceResponse {
  readonly status: number;
  readonly body: string;
}

const longestBody = 100_000;

export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** GETs a path of a service; redirects are answers. */
function request({ url, connectTo }: Address, path: string, { timeoutMs, signal }: Limits): Promise<ServiceResponse> {
  const target = new URL(path, url);
  const isEncrypted = target.protocol === "https:";
  const options = {
    host: connectTo?.host ?? target.hostname,
    port: connectTo?.port ?? (target.port || (isEncrypted ? 443 : 80)),
    path: `${target.pathname}${target.search}`,
    servername: target.hostname,
    headers: { host: target.host, "user-agent": "slipway", connection: "close" },
    timeout: timeoutMs,
    signal,
  };
  return new Promise((resolve, reject) => {
    const outgoing = (isEncrypted ? encrypted : plain)(options, (incoming) => {
      let body = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => {
        body = (body + chunk).slice(0, longestBody);
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body }));
      incoming.on("error", reject);
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end();
  });
}
