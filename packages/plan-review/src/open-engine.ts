import { join } from "node:path";
import { ActionFailure, duration, type FailureReason, type Log, type Variables } from "@slipway/core";
import { redactText } from "@slipway/core/redact/redact-text";
import {
  cliConfiguration,
  createEngine,
  type Engine,
  EngineError,
  type EngineEvent,
  findTerraform,
  readStacks,
  type Stack,
  type Terraform,
  type WaitExplainer,
} from "@slipway/terraform";
import { engineFailure } from "./engine-failure.ts";
import { callerAccount, type DeploymentTarget, readTarget } from "./target.ts";

interface OpenEngineOptions {
  /** Folder that a synth of the environment wrote, as `apps/infra/cdktf.out/production`. */
  readonly stacksDir: string;
  readonly environment: string;
  /** Folder for working copies, plans and logs; they may hold secrets. */
  readonly workFolder: string;
  /** The runner's variables: PATH, credentials, AWS_ENDPOINT_URL, TERRAFORM_BIN … */
  readonly variables: Variables;
  readonly log: Log;
  /** Terraform is asked to stop when it is aborted. */
  readonly signal: AbortSignal;
  /** Makes names in progress lines fit to print. @default hides what looks like a secret */
  readonly redact?: (text: string) => string;
  /** Says what resources wait for that take long to be made. @default nobody */
  readonly waits?: WaitExplainer;
}

/** An environment's stacks with an engine that plans and applies them. */
export interface OpenedEngine extends DeploymentTarget {
  readonly environment: string;
  readonly engine: Engine;
  readonly stacks: readonly Stack[];
  readonly terraform: Terraform;
  readonly variables: Variables;
}

/** Opens the engine of an environment. Rejects stacks of another environment and credentials of another account. */
export async function openEngine(options: OpenEngineOptions): Promise<OpenedEngine> {
  const { stacksDir, environment, workFolder, variables, log, signal } = options;
  const redact = options.redact ?? ((text) => redactText(text, { known: [], patterns: [] }));
  const stacks = await withReason({ reason: "stacks-invalid", work: async () => readStacks(stacksDir) });
  const target = readTarget(stacks, environment);
  const caller = await callerAccount(target.region, variables);
  if (caller !== target.account) {
    const what = `The credentials' account (${caller}) must be ${target.account}, that of \`${environment}\``;
    throw new ActionFailure("wrong-account", what, "give the job the role of this environment");
  }
  const terraform = await withReason({ reason: "terraform-unavailable", work: () => findTerraform(variables) });
  const engine = createEngine({
    folder: join(workFolder, environment),
    stacks,
    terraform,
    cliConfiguration: cliConfiguration({ workFolder, variables, awsProvider: target.provider }),
    // The region of the stacks, wherever the runner is.
    variables: { ...variables, AWS_REGION: target.region, AWS_DEFAULT_REGION: target.region },
    // An import of leftovers is not reviewed, so that here they only show in the next plan.
    importFinder: async () => ({}),
    waits: options.waits,
    onEvent: (event) => logEvent(event, log, redact),
  });
  signal.addEventListener("abort", () => void engine.interrupt());
  log.info(
    `${environment}: ${stacks.length} stacks, account ${target.account}, Terraform ${terraform.version}, AWS provider ${target.provider}`,
  );
  return { ...target, environment, engine, stacks, terraform, variables };
}

/** Gives errors of the engine the reason that callers of the action distinguish. */
async function withReason<T>({ reason, work }: { reason: FailureReason; work: () => Promise<T> }): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new ActionFailure(reason, error.what, error.next ?? "correct it and run again", { cause: error });
  }
}

/** Opens an environment's engine for some work and turns its errors into failures of an action. */
export async function withEngine<T>(
  options: OpenEngineOptions,
  work: (opened: OpenedEngine) => Promise<T>,
): Promise<T> {
  try {
    return await work(await openEngine(options));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw engineFailure(error, (text) => redactText(text, { known: [], patterns: [] }));
  }
}

const verbs: { readonly [action: string]: string } = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "destroyed",
  import: "imported",
  read: "read",
};

/** Logs one line per event. Terraform's own lines may hold secrets and are never printed. */
function logEvent(event: EngineEvent, log: Log, redact: (text: string) => string): void {
  if (event.type === "notice") log.info(redact(event.text));
  if (event.type === "command") log.info(`${event.stack}: ${event.command}`);
  if (event.type !== "resource") return;
  const { stack, address, action, phase, seconds } = event;
  const name = redact(address);
  if (phase === "done") log.info(`${stack}: ${name} ${verbs[action] ?? action} (${duration(seconds * 1000)})`);
  if (phase === "failed") log.info(`${stack}: ${name} failed (${duration(seconds * 1000)})`);
  // Every ten seconds of each resource would drown the rest.
  if (phase === "progress" && seconds % 60 < 10) log.info(`${stack}: ${name} … (${duration(seconds * 1000)})`);
}
