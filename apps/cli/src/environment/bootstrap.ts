import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { bootstrapStacks, type Environment } from "@slipway/infra";
import { forwardInterrupts, type Stack } from "@slipway/terraform";
import { Command } from "commander";
import { bootstrapStack } from "./bootstrap-stack.ts";
import { checkAccount } from "./check-account.ts";
import type { CliContext } from "./cli-context.ts";
import { knownEnvironment } from "./known-environment.ts";
import { lifecycleRules } from "./lifecycle-rules.ts";
import { openEnvironment } from "./open-environment.ts";
import { ensureStateBucket } from "./state-bucket.ts";

/**
 * `bootstrap <environment>`: makes the bucket of an environment's states and puts it under Terraform, whose state it then holds itself;
 * then makes the roles of the jobs on GitHub.
 */
export function bootstrapCommand(context: CliContext): Command {
  return new Command("bootstrap")
    .description(
      "makes the bucket of an environment's states and the roles of its jobs, or brings them to what they should be",
    )
    .argument("<environment>")
    .action(async (key: string) => await bootstrap(context, key));
}

async function bootstrap(context: CliContext, key: string): Promise<void> {
  const target = knownEnvironment(key);
  const { account, region } = target;
  const bucket = bucketOf(target);
  const variables = await context.variables(key);
  await checkAccount(target, variables);
  const folder = join(context.home, key);
  const { engine, stacks } = await openEnvironment(context, target, variables, folder);
  const release = forwardInterrupts(engine, context.print);
  try {
    await engine.awaitRunning();
    // The others are applied by whoever reviewed them.
    const own = stacks.filter(({ name }) => bootstrapStacks.includes(name));
    const rules = own
      .map(definitionOf)
      .map(lifecycleRules)
      .find((each) => each !== undefined);
    const found = await ensureStateBucket({ bucket, account, region, lifecycleRules: rules }, variables);
    context.print(`bucket ${bucket} (account ${account}, ${region}) ${found === "made" ? "is made" : "is there"}`);
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
  } finally {
    release();
  }
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
