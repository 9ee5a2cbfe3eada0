import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, type Variables } from "@slipway/core";
import { bootstrapStacks, type Environment } from "@slipway/infra";
import { type Engine, forwardInterrupts, type Stack, waves } from "@slipway/terraform";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { type AwsLeftovers, createAwsLeftovers } from "./leftovers.ts";
import { checkAccount, knownEnvironment, openEnvironment } from "./open-environment.ts";
import { createSecretStore, parametersOf, secretNames } from "./secret-store.ts";

interface DestroyOptions {
  /** The environment's name, which replaces the question. */
  readonly yes?: string;
  readonly withSecrets?: boolean;
}

/** `destroy <environment>`: destroys the stacks of an environment in reverse order, after it has listed what will be deleted. */
export function destroyCommand(context: CommandContext): Command {
  return new Command("destroy")
    .description("take an environment down after showing what will be lost")
    .argument("<environment>")
    .option("--yes <name>", "the environment's full name, in place of the question")
    .option("--with-secrets", "deletes the values of its secrets too")
    .action(async (key: string, options: DestroyOptions) => await destroy(context, key, options));
}

async function destroy(context: CommandContext, key: string, options: DestroyOptions): Promise<void> {
  const target = knownEnvironment(key);
  checkProtection(target);
  checkConfirmation(context, target, options);
  const variables = await context.variables(key);
  await checkAccount(target, variables);
  const folder = context.home.path(key);
  const { engine, stacks: all } = await openEnvironment(context, target, variables, folder);
  // The bootstrap stacks hold the states of all stacks and their history. To remove them, delete the bucket by hand.
  const stacks = all.filter(({ name }) => !bootstrapStacks.includes(name));
  const release = forwardInterrupts(engine, context.print);
  try {
    await engine.awaitRunning();
    const leftovers = createAwsLeftovers(variables, target.region);
    const notes = join(folder, "destroying.json");
    const found = await survey(engine, stacks, leftovers, notes);
    describe(context, target, found, options);
    if (!(await confirmed(context, target, options))) {
      context.print("Nothing was changed.");
      return;
    }
    await destroyStacks(context, engine, stacks, leftovers, found);
    if (options.withSecrets === true) await removeSecrets(target, variables);
    rmSync(notes, { force: true });
    context.print(`${target.name} is gone. Left on purpose: ${leftOnPurpose(target, options)}.`);
  } finally {
    release();
  }
}

function checkProtection({ key, protection }: Environment): void {
  if (protection === "none") return;
  throw new Failure(
    `protection (full) of ${key} must be "none" before it can be destroyed`,
    "change it in apps/infra/src/environments.ts, apply that, and run destroy again",
  );
}

function describe(context: CommandContext, target: Environment, found: Survey, options: DestroyOptions): void {
  context.print(`${target.name} (account ${target.account}, ${target.region}) will be destroyed:`);
  for (const [stack, count] of Object.entries(found.resources)) context.print(`  stack ${stack}: ${count} resources`);
  for (const { name, images } of found.repositories) context.print(`  repository ${name}: ${images} images`);
  for (const { service, running } of found.services) context.print(`  service ${service}: ${running} running tasks`);
  context.print(`It leaves: ${leftOnPurpose(target, options)}.`);
}

export function leftOnPurpose(target: Environment, options: DestroyOptions): string {
  const secrets = new Set(secretNames(target).map(({ parameter }) => parameter)).size;
  const { network, imageRepository } = target;
  const parts = [
    ...(network === undefined ? [] : [`the network ${network.vpcId}, which was only used`]),
    ...(imageRepository === undefined ? [] : [`the image repository ${imageRepository.name} with all its images`]),
    ...(secrets > 0 && options.withSecrets !== true
      ? [`the values of ${secrets} secrets (--with-secrets deletes them)`]
      : []),
    target.stateBucket === undefined
      ? "the local AWS itself (`npm run down`)"
      : `the stacks ${bootstrapStacks.join(" and ")} (bucket ${target.stateBucket} with the Terraform states, and the roles of the jobs on GitHub)`,
  ];
  return parts.length > 2 ? parts.join("; ") : parts.join(" and ");
}

function checkConfirmation(context: CommandContext, target: Environment, { yes }: DestroyOptions): void {
  if (yes === undefined && context.ask === undefined) {
    throw new Failure(
      `destroy of ${target.key} must be confirmed`,
      `nobody can be asked here, so add --yes ${target.name}`,
    );
  }
  if (yes !== undefined && yes !== target.name) {
    throw new Failure(`--yes (${yes}) must be ${target.name}`, "nothing was changed");
  }
}

async function confirmed(context: CommandContext, target: Environment, { yes }: DestroyOptions): Promise<boolean> {
  const answer = yes ?? (await context.ask?.(`Type ${target.name} to destroy it: `)) ?? "";
  return answer.trim() === target.name;
}

async function destroyStacks(
  context: CommandContext,
  engine: Engine,
  stacks: readonly Stack[],
  leftovers: AwsLeftovers,
  found: Survey,
): Promise<void> {
  for (const { cluster, service } of found.services) await leftovers.stopService(cluster, service);
  for (const { name } of found.repositories) await leftovers.emptyRepository(name);
  for (const wave of waves(stacks).reverse()) {
    const ends = await Promise.allSettled(
      wave.map(async (stack) => {
        const count = await engine.destroy(stack);
        context.print(`  stack ${stack.name}: ${count} resources destroyed`);
      }),
    );
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }
  for (const { family } of found.services) {
    const count = await leftovers.removeRevisions(family);
    context.print(`  task definition ${family}: ${count} revisions deregistered`);
  }
}

async function removeSecrets(target: Environment, variables: Variables): Promise<void> {
  await createSecretStore(variables, target.region).remove(parametersOf(secretNames(target)));
}

/** Resources that a destroy of the environment deletes. */
interface Survey {
  readonly resources: Readonly<Record<string, number>>;
  readonly repositories: readonly { readonly name: string; readonly images: number }[];
  readonly services: readonly SurveyedService[];
}

export interface SurveyedService {
  readonly cluster: string;
  readonly service: string;
  readonly family: string;
  readonly running: number;
}

interface ServiceOutput {
  readonly cluster: string;
  readonly service: string;
  readonly task_definition_family: string;
}

/**
 * Collects resources from the stacks' outputs and AWS. Findings of an interrupted destroy are added from `path`, because its outputs are
 * gone while its task definition revisions still exist.
 */
export async function survey(
  engine: Engine,
  stacks: readonly Stack[],
  leftovers: AwsLeftovers,
  path: string,
): Promise<Survey> {
  const resources: Record<string, number> = {};
  const earlier = readEarlier(path);
  const repositories = new Set(earlier.repositories.map(({ name }) => name));
  const services = new Map(earlier.services.map((each) => [each.family, each]));
  for (const stack of stacks) {
    const made = await engine.resources(stack);
    resources[stack.name] = made.length;
    const outputs = (await engine.outputs(stack)) ?? {};
    // One that was only looked up is somebody else's, and so are its images.
    const isOurs = made.some((address) => address.startsWith("aws_ecr_repository."));
    if (isOurs && typeof outputs.repository_name === "string") repositories.add(outputs.repository_name);
    for (const each of Object.values((outputs.services ?? {}) as Record<string, ServiceOutput>)) {
      const { cluster, service, task_definition_family: family } = each;
      services.set(family, { cluster, service, family, running: 0 });
    }
  }
  const found: Survey = {
    resources,
    repositories: await Promise.all(
      [...repositories].map(async (name) => ({ name, images: (await leftovers.countImages(name)) ?? 0 })),
    ),
    services: await Promise.all(
      [...services.values()].map(async (each) => ({
        ...each,
        running: await leftovers.runningTasks(each.cluster, each.service),
      })),
    ),
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(found));
  return found;
}

function readEarlier(path: string): Pick<Survey, "repositories" | "services"> {
  if (!existsSync(path)) return { repositories: [], services: [] };
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Survey;
  } catch {
    return { repositories: [], services: [] };
  }
}
