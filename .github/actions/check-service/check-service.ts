import { ActionFailure, type ActionResult, type Log, markdown } from "@slipway/core";
import { type EcsProbe, probeEcs, probeImages } from "./ecs-probe.ts";
import { type Address, addressOf, probeHttp } from "./http-probe.ts";
import type { CheckServiceInput, Fault, Tools } from "./input.ts";

/** What one look found. */
interface Look {
  readonly fault: Fault;
  readonly digest: string;
  /** `2 of 2 tasks`, as ECS says; empty where it was not asked. */
  readonly tasks: string;
}

interface Progress extends Pick<Look, "digest" | "tasks"> {
  readonly requests: number;
}

/** Looks until enough looks in a row are good. One answer may come from a task that is stopping, and the first may fail. */
export async function checkService(input: CheckServiceInput, tools: Tools): Promise<ActionResult> {
  const address = input.url === "" ? undefined : addressOf(input);
  checkProofs(input);
  if (address === undefined) checkEcsAlone(input);
  if (input.dryRun) {
    tools.log.info(`Dry run: ${nameOf(input)} would be asked for up to ${input.timeoutSeconds} s`);
    return { outputs: outputs(0, ""), summary: "" };
  }
  const look = address === undefined ? lookAtEcs(input, tools) : lookByHttp(address, input, tools);
  // Who asks ECS alone sees a process that ends only after it has ended.
  const pauseMs = address === undefined ? 2000 : 200;
  const end = tools.now() + input.timeoutSeconds * 1000;
  let [good, requests] = [0, 0];
  let fault: Fault;
  for (;;) {
    const { fault: found, digest, tasks } = await look(good + 1 >= input.answers);
    rejectAborted(tools.signal);
    requests += 1;
    if (found !== undefined && found.what !== fault?.what) tools.log.info(`Not yet: ${found.what}`);
    fault = found;
    good = fault === undefined ? good + 1 : 0;
    const progress = { requests, digest, tasks };
    if (good >= input.answers) return healthy(input, progress, tools.log);
    if (fault !== undefined && tools.now() >= end) throw failed(fault, input, progress);
    await tools.wait(fault === undefined ? pauseMs : 1000);
  }
}

function lookByHttp(address: Address, input: CheckServiceInput, tools: Tools): (isLast: boolean) => Promise<Look> {
  let tasks = "";
  return async (isLast) => {
    const { fault, digest } = await probeHttp(address, input, tools.signal);
    rejectAborted(tools.signal);
    // ECS is asked last: what it says is true for all tasks, so once is enough.
    if (fault !== undefined || !isLast || !asksEcs(input)) return { fault, digest, tasks };
    const found = await probeImages(input, tools);
    tasks = found.tasks;
    return found;
  };
}

/** Tasks that are replaced between two looks ended by themselves: a command that fails is started again and again. */
function lookAtEcs(input: CheckServiceInput, tools: Tools): () => Promise<Look> {
  let before: EcsProbe | undefined;
  return async () => {
    const found = await probeEcs(input, tools);
    const replaced = before !== undefined && before.arns !== "" && found.arns !== "" && before.arns !== found.arns;
    before = found;
    if (found.fault !== undefined || !replaced) return found;
    const what = `${input.service} must keep its tasks running (others run than at the look before)`;
    return { ...found, fault: { reason: "service-unhealthy", what } };
  };
}

function healthy(input: CheckServiceInput, { requests, digest, tasks }: Progress, log: Log): ActionResult {
  const proof = proofOf(input, tasks);
  const shown = proof === "" ? "" : `, ${digest || "nothing runs"} by ${proof}`;
  log.info(`${nameOf(input)} is healthy: ${input.answers} good answers in a row${shown}`);
  return { outputs: outputs(requests, digest), summary: summaryOf(input, "healthy", { digest, tasks }) };
}

function failed({ reason, what }: NonNullable<Fault>, input: CheckServiceInput, progress: Progress): ActionFailure {
  const asked = input.url === "" ? "questions to ECS" : "requests";
  const text = `${what}, after ${input.timeoutSeconds} s of ${asked}`;
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

/** Without an address, nothing but ECS can be asked; what only an address gives a meaning was meant for one that is missing. */
function checkEcsAlone({ cluster, healthCheckPath, versionPath }: CheckServiceInput): void {
  const [given, value] = versionPath === "" ? ["health-check-path", healthCheckPath] : ["version-path", versionPath];
  if (value !== "") {
    const what = `Input \`url\` () must not be empty where \`${given}\` (${value}) is set`;
    throw new ActionFailure("input-invalid", what, "say where the service answers, or leave both out");
  }
  if (cluster !== "") return;
  const what = "Input `url` () must not be empty without `cluster` and `service`";
  throw new ActionFailure("input-invalid", what, "set it under `with:`, or both of them to ask ECS alone");
}

const nameOf = ({ url, service }: CheckServiceInput) => url || service;

function outputs(requests: number, digest: string): Record<string, string> {
  return { requests: String(requests), "answered-digest": digest };
}

/** Who named the image: `/version and ECS (2 of 2 tasks)`. */
function proofOf(input: CheckServiceInput, tasks: string): string {
  if (input.digest === "" && input.url !== "") return "";
  return [input.versionPath, tasks && `ECS (${tasks})`].filter((part) => part !== "").join(" and ");
}

function summaryOf(input: CheckServiceInput, state: string, found: Pick<Progress, "digest" | "tasks">): string {
  const facts = markdown.facts([
    ["Health", input.url === "" ? "" : markdown.code(input.healthCheckPath || "/")],
    ["Wanted", input.digest === "" ? "" : markdown.code(input.digest)],
    ["Found", found.digest === "" ? "" : markdown.code(found.digest)],
    ["Asked", markdown.word(proofOf(input, found.tasks))],
  ]);
  return `## ${markdown.code(nameOf(input))}: ${state}\n\n${facts}`;
}
