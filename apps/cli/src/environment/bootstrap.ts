import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "@slipway/core";
import { delegationExitCode } from "@slipway/domains";
import { bootstrapStacks, type Environment } from "@slipway/infra";
import { thisHost } from "@slipway/local-aws";
import { type Engine, forwardInterrupts, type Stack, type StackPlan } from "@slipway/terraform";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { originAddress, otherGithub } from "../doctor/origin.ts";
import { environmentReport } from "./domain.ts";
import { checkAccount, knownEnvironment, openEnvironment } from "./open-environment.ts";
import { ensureStateBucket, lifecycleRules } from "./state-bucket.ts";

/**
 * `bootstrap <environment>`: creates the state bucket of an environment, imports it into Terraform and stores its state in that
 * bucket; then creates the IAM roles of jobs on GitHub.
 */
export function bootstrapCommand(context: CommandContext): Command {
  return new Command("bootstrap")
    .description(
      "make the bucket of an environment's states and the roles of its jobs, or bring them to what they should be",
    )
    .argument("<environment>")
    .action(async (key: string) => await bootstrap(context, key));
}

async function bootstrap(context: CommandContext, key: string): Promise<void> {
  const target = knownEnvironment(key);
  const { account, region } = target;
  const bucket = bucketOf(target);
  await refuseOtherGithub(context);
  const variables = await context.variables(key);
  await checkAccount(target, variables);
  const folder = context.home.path(key);
  const { engine, stacks } = await openEnvironment(context, target, variables, folder);
  const release = forwardInterrupts(engine, context.print);
  try {
    await engine.awaitRunning();
    // The other stacks are applied by reviewed plans.
    const own = stacks.filter(({ name }) => bootstrapStacks.includes(name));
    const rules = own
      .map(definitionOf)
      .map(lifecycleRules)
      .find((each) => each !== undefined);
    const found = await ensureStateBucket({ bucket, account, region, lifecycleRules: rules }, variables);
    context.print(`bucket ${bucket} (account ${account}, ${region}) ${found === "created" ? "is made" : "is there"}`);
    const ends = await Promise.allSettled(
      own.map((stack) => bootstrapStack({ context, engine, stack, account, folder })),
    );
    const [failed, ...more] = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
    for (const { message } of more) context.print(message);
    if (failed !== undefined) throw failed;
    const changed = ends.some((end) => end.status === "fulfilled" && end.value);
    context.print(
      changed
        ? `The states of ${key} are kept in ${bucket}; its jobs on GitHub have their roles.`
        : `${bucket} and the roles of ${key} are as they should be: nothing to do.`,
    );
    for (const line of repositoryNotes(target)) context.print(line);
    if (target.domain !== undefined) {
      const report = await environmentReport({ target, engine, stacks, variables });
      for (const line of report.lines) context.print(line);
      if (report.pending) process.exitCode = delegationExitCode;
    }
  } finally {
    release();
  }
}

/** Roles that trust github.com are of no use to jobs of another GitHub. */
async function refuseOtherGithub({ home }: CommandContext): Promise<void> {
  const host = thisHost(home.variables);
  const wrong = otherGithub(await originAddress(home.root, host), host);
  if (wrong !== undefined) throw new Failure(wrong.what, wrong.next);
}

/** What no plan can see of a repository that is there: whom its own policy lets pull and push. */
export function repositoryNotes({
  key,
  account,
  imageRepository,
  repository,
  pullAccounts,
}: Environment): readonly string[] {
  if (imageRepository === undefined) return [];
  const pulling = pullAccounts.filter((each) => each !== repository.account);
  const pushing = account === repository.account ? [] : [account];
  const needs = [
    ...(pulling.length > 0 ? [`let ${pulling.join(" and ")} pull`] : []),
    ...(pushing.length > 0 ? [`let ${pushing.join()} push`] : []),
  ];
  if (needs.length === 0) return [];
  return [
    `The policy of repository ${repository.name} (account ${repository.account}) must ${needs.join(" and ")}, which ${key} cannot see; docs/image-repository.md has it.`,
  ];
}

function definitionOf({ folder }: Stack): string {
  return readFileSync(join(folder, "cdk.tf.json"), "utf8");
}

function bucketOf({ key, stateBucket }: Environment): string {
  if (stateBucket !== undefined) return stateBucket;
  throw new Failure(
    `environment (${key}) must have a stateBucket to be bootstrapped`,
    "its states are files, for which there is nothing to do",
  );
}

export interface BootstrapStackRequest {
  readonly context: CommandContext;
  readonly engine: Engine;
  readonly stack: Stack;
  readonly account: string;
  /** Folder of the environment below the home. */
  readonly folder: string;
}

/** Plans and applies one stack, and imports objects that exist already. Returns whether anything changed. */
async function bootstrapStack(request: BootstrapStackRequest): Promise<boolean> {
  const { context, engine, stack, account, folder } = request;
  // The marker file exists during an apply, so that the next run recognizes an apply that was killed.
  const marker = join(folder, "bootstrapping", `${stack.name}.json`);
  if (existsSync(marker)) await releaseOwnLock(request, readFileSync(marker, "utf8"));
  // The plan takes no state lock, so a killed plan leaves none. The apply rejects a stale plan.
  const plan = await engine.plan(stack, { importExisting: true, lock: false });
  if (!plan.empty) {
    context.print(`${stack.name}: ${summary(plan)}`);
    mkdirSync(dirname(marker), { recursive: true });
    writeFileSync(marker, new Date().toISOString());
    await engine.apply(plan);
    // Refreshes the state, because the settings of a bucket are separate resources and the next plan would report them as drift.
    await engine.refresh(stack);
  }
  await engine.record(stack, account);
  rmSync(marker, { force: true });
  return !plan.empty;
}

/** Releases the state lock of an earlier bootstrap that was killed, recognized by user, host and time. Locks of others stay. */
async function releaseOwnLock({ context, engine, stack }: BootstrapStackRequest, since: string): Promise<void> {
  const holder = await engine.lockHolder(stack);
  const seconds = since.slice(0, "2026-01-01T00:00:00".length);
  if (holder?.who !== `${userInfo().username}@${hostname()}` || holder.created < seconds) return;
  await engine.unlock(stack, holder.id);
  context.print(`the lock that a killed bootstrap left (${holder.created}) is released`);
}

function summary({ summary: { add, change, import: imported } }: StackPlan): string {
  return `${imported} imported, ${add} to make, ${change} to change`;
}
