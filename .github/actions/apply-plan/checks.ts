import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure } from "@slipway/core";
import type { Manifest } from "@slipway/plan-review/manifest/manifest";
import type { StoredPlans } from "@slipway/plan-review/manifest/stored-plans";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import { changeSet, compareChangeSets } from "@slipway/plan-review/plan/change-set";
import type { PlanJson } from "@slipway/plan-review/plan/plan-json";
import { destructiveAddresses } from "@slipway/plan-review/plan/risk";
import type { Redactor } from "@slipway/plan-review/redact/redactor";
import { readDefinition } from "@slipway/plan-review/target";
import { EngineError } from "@slipway/terraform";
import type { ChosenStack } from "./choose-stacks.ts";
import type { ReviewedPlan } from "./find-plans.ts";
import type { ApplyInput } from "./input.ts";
import { stackFailure, stateLocked } from "./stack-failure.ts";
import { findTampering } from "./tampering.ts";

/** A stack whose reviewed plan is at hand and may be applied. */
export interface ReadyStack extends ChosenStack {
  /** The reviewed file; undefined where applying changes nothing. */
  readonly file: { readonly planPath: string; readonly lockFile: string; readonly json: PlanJson } | undefined;
}

interface CheckRequest {
  readonly opened: OpenedEngine;
  readonly stored: StoredPlans;
  readonly redactor: Redactor;
  readonly input: Pick<ApplyInput, "environment" | "workFolder" | "allowDestroy" | "allowDestroyLabel">;
}

/** Checks each stack against what was reviewed, before the first of them is changed. */
export async function checkStacks(
  chosen: readonly ChosenStack[],
  request: CheckRequest,
): Promise<readonly ReadyStack[]> {
  for (const each of chosen) await checkState(each, request);
  const ready: ReadyStack[] = [];
  for (const each of chosen) ready.push(await fetchPlan(each, request));
  // What would be lost is read off the file itself: a manifest could say anything.
  const destructive = ready.flatMap(({ plan, file }): DestructiveChanges[] =>
    file === undefined ? [] : [{ plan, addresses: destructiveAddresses(file.json), name: request.redactor.text }],
  );
  checkDestroy(destructive, request.input);
  return ready;
}

/** The state must have the planned serial and lineage, and must not be locked. */
async function checkState({ stack, reviewed, plan }: ChosenStack, { opened }: CheckRequest): Promise<void> {
  const { engine, environment } = opened;
  const state = await engine.state(stack);
  const [then, now] = [stateVersion(reviewed.state ?? undefined), stateVersion(state)];
  if (then !== now) {
    const what = `The state of stack \`${stack.name}\` changed since the plan: it was ${then} and is ${now}`;
    throw new ActionFailure("state-moved", what, `plan what is there now: ${commands.plan(environment)}`);
  }
  const holder = reviewed.empty ? undefined : await engine.lockHolder(stack);
  if (holder !== undefined) throw stateLocked({ stack: stack.name, environment, planId: plan.id }, holder);
}

function stateVersion(state: { readonly serial: number; readonly lineage: string } | undefined): string {
  return state === undefined ? "not there" : `at serial ${state.serial} of ${state.lineage.slice(0, 8)}`;
}

/** Fetches the reviewed files, each checked against its hash, and compares what the plan would do with what its manifest says. */
async function fetchPlan(chosen: ChosenStack, request: CheckRequest): Promise<ReadyStack> {
  const { stack, reviewed } = chosen;
  if (reviewed.empty) return { ...chosen, file: undefined };
  const { stored, input, redactor } = request;
  const folder = join(input.workFolder, input.environment, "reviewed");
  const planPath = join(folder, `${stack.name}.tfplan`);
  await mkdir(folder, { recursive: true });
  const bytes = await stored.getPlan(reviewed.plan);
  await writeFile(planPath, bytes, { mode: 0o600 });
  const lockFile = await stored.getLock(reviewed.lock);
  const json = await show(chosen, { planPath, lockFile }, request);
  redactor.learn(json);
  const tampering = findTampering(stack, bytes, json);
  if (tampering !== undefined)
    throw tampered(chosen, input.environment, `must come from main's definition: ${redactor.text(tampering)}`);
  const [first] = compareChangeSets(reviewed.changes, changeSet(json));
  if (first !== undefined)
    throw tampered(chosen, input.environment, `would not do what its manifest says: ${redactor.text(first)}`);
  return { ...chosen, file: { planPath, lockFile, json } };
}

async function show(
  { stack, plan }: ChosenStack,
  file: { planPath: string; lockFile: string },
  { opened }: CheckRequest,
): Promise<PlanJson> {
  try {
    return (await opened.engine.showSaved(stack, file)) as PlanJson;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const at = { stack: stack.name, environment: opened.environment, planId: plan.id };
    throw stackFailure(error, at) ?? error;
  }
}

function tampered({ stack }: ChosenStack, environment: string, difference: string): ActionFailure {
  const what = `The plan of stack \`${stack.name}\` ${difference}`;
  return new ActionFailure("plan-tampered", what, `plan again: ${commands.plan(environment)}`);
}

const day = 24 * 60 * 60 * 1000;
const longest = 7 * day;

type Target = Pick<OpenedEngine, "environment" | "account" | "terraform" | "provider">;

/** Rejects plans that are too old, of another account, or made by another version of Terraform or the provider. */
export function checkManifests(plans: readonly ReviewedPlan[], target: Target, now = Date.now()): void {
  const again = `plan again: ${commands.plan(target.environment)}`;
  for (const { id, manifest } of new Set(plans)) {
    const age = now - Date.parse(manifest.createdAt);
    if (age > longest) {
      const what = `Plan ${id} is of ${manifest.createdAt.slice(0, 10)}: a plan can be applied for 7 days`;
      throw new ActionFailure("plan-expired", what, again);
    }
    const changed = differences(manifest, target);
    if (changed !== undefined) throw new ActionFailure("config-changed", `Plan ${id} was made ${changed}`, again);
  }
}

function differences(manifest: Manifest, target: Target): string | undefined {
  const { account, engine, provider } = manifest;
  if (account !== target.account) return `for account ${account}, the stacks are now of ${target.account}`;
  if (engine !== target.terraform.version) return `by Terraform ${engine}, here is ${target.terraform.version}`;
  if (provider !== target.provider) return `with AWS provider ${provider}, the stacks now ask for ${target.provider}`;
  return undefined;
}

interface DestructiveChanges {
  readonly plan: ReviewedPlan;
  /** Addresses that are replaced or deleted and hold data. */
  readonly addresses: readonly string[];
  /** Makes an address fit to print: a key in it may be a secret. */
  readonly name: (address: string) => string;
}

type Allowed = Pick<ApplyInput, "environment" | "allowDestroy" | "allowDestroyLabel">;

/** Rejects destructive changes unless the pull request's label or a pattern allows them. */
export function checkDestroy(destructive: readonly DestructiveChanges[], allowed: Allowed): void {
  const { environment, allowDestroy, allowDestroyLabel } = allowed;
  const patterns = allowDestroy.map(glob);
  for (const { plan, addresses, name } of destructive) {
    const rejected = addresses.filter((address) => !patterns.some((pattern) => pattern.test(address))).map(name);
    if (rejected.length === 0 || plan.pulls.some(({ labels }) => labels.includes(allowDestroyLabel))) continue;
    const names = rejected.map((address) => `\`${address}\``).join(", ");
    const what = `${names} would be replaced or destroyed, and with it data, an address or a key`;
    const numbers = plan.pulls.map(({ number }) => `#${number}`).join(" or ");
    const byLabel = `set the label \`${allowDestroyLabel}\` on ${numbers} and ${commands.approve(environment, plan.id)}, or `;
    const byName = commands.approveDestroy(environment, plan.id, rejected);
    const next = `if that is meant, ${numbers === "" ? "" : byLabel}${byName}`;
    throw new ActionFailure("destroy-not-allowed", what, next);
  }
}

/** `*` stands for anything; all else, brackets too, for itself. */
function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
}

/**
 * Fails before anything is applied while a stack with the output `applied_by` differs from its last apply. Only a person may apply it,
 * because it holds the roles of the jobs, and the other stacks may need it.
 */
export async function checkBootstrap(
  differing: readonly string[],
  { stacks, environment }: Pick<OpenedEngine, "stacks" | "environment">,
): Promise<void> {
  const candidates = stacks.filter(({ name }) => differing.includes(name));
  const reserved = await Promise.all(
    candidates.map(async (stack) => ((await readDefinition(stack)).output?.applied_by?.value ? [stack.name] : [])),
  );
  const names = reserved.flat();
  if (names.length === 0) return;
  const [first = ""] = names;
  const which = names.length === 1 ? `Stack \`${first}\` differs` : `Stacks ${names.join(", ")} differ`;
  throw new ActionFailure(
    "bootstrap-needed",
    `${which} from what was last applied, and no job may apply that`,
    `have a person with rights on the account run \`npm run bootstrap -- ${environment}\` on main, then run this job again`,
  );
}
