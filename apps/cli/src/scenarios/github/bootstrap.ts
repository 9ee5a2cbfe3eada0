import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clientSettings } from "../../local/aws-reads.ts";
import type { Step } from "../../terminal/reporter.ts";
import { type GithubScenario, type ScenarioEnvironment, scenarioEnvironments } from "./context.ts";
import { runAsPerson } from "./person.ts";

/** Clears the locks that a killed scenario left. Only this scenario uses these states and it has just begun, so every lock is stale. */
export async function clearLocks(scenario: GithubScenario): Promise<void> {
  const found = await Promise.all(scenarioEnvironments.map((key) => locks(scenario, key)));
  if (found.flat().length === 0) return;
  await scenario.reporter.step("What a killed scenario left", async (step) => {
    for (const { environment, stack, id } of found.flat())
      await runAsPerson(scenario, step, { environment, arguments: ["unlock", environment, stack, "--yes", id] });
    step.result(`${found.flat().length} states were locked`);
  });
}

/** The locks of an environment's states; none where its bucket is not made yet. */
async function locks({ people, environments }: GithubScenario, environment: ScenarioEnvironment) {
  const { GetObjectCommand, ListObjectsV2Command, NoSuchBucket, S3Client } = await import("@aws-sdk/client-s3");
  const s3 = new S3Client({ ...clientSettings(people[environment]), forcePathStyle: true });
  const { bucket: Bucket } = environments[environment];
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${environment}/` })).catch((error) => {
    if (error instanceof NoSuchBucket) return { Contents: [] };
    throw error;
  });
  const keys = (listed.Contents ?? []).flatMap(({ Key }) => (Key?.endsWith(".tflock") ? [Key] : []));
  return Promise.all(
    keys.map(async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const { ID: id } = JSON.parse((await Body?.transformToString()) ?? "{}") as { ID: string };
      return { environment, stack: Key.slice(environment.length + 1, -".tfstate.tflock".length), id };
    }),
  );
}

/** Runs `bootstrap` and sets the secret values, which a person does once per account before the workflows can run. */
export async function bootstrapAccounts(scenario: GithubScenario): Promise<void> {
  await scenario.reporter.together(
    "Bootstrap and secrets",
    scenarioEnvironments.map((key) => ({ title: key, work: async (step) => bootstrapAccount(scenario, step, key) })),
  );
}

async function bootstrapAccount(scenario: GithubScenario, step: Step, environment: ScenarioEnvironment): Promise<void> {
  const { repository, folder, instanceId, app } = scenario;
  const stamp = `${instanceId} ${await repository.sha("refs/story/source")}`;
  const done = join(folder, `bootstrapped-${environment}`);
  // The values of an env file may have changed.
  if (app.own && existsSync(done) && readFileSync(done, "utf8") === stamp) {
    step.result("done by an earlier scenario");
    return;
  }
  const run = (args: readonly string[], input?: string) =>
    runAsPerson(scenario, step, { environment, arguments: args, ...(input !== undefined && { input }) });
  const printed = await run(["bootstrap", environment]);
  for (const { service, name, value } of secretsToSet(await run(["secret", "list", environment]), app.secrets)) {
    await run(["secret", "set", environment, service, name, ...(value === undefined ? ["--generate"] : [])], value);
  }
  writeFileSync(done, stamp);
  step.result(printed.at(-1) ?? "");
}

/** What `secret list` printed, as the secrets to write, each parameter once: those whose value is known, and those that have none yet. */
export function secretsToSet(lines: readonly string[], values: Readonly<Record<string, string>>) {
  const written = new Set<string>();
  return lines.flatMap((line) => {
    const [service = "", name = "", parameter = "", state] = line.split("  ");
    const value = values[name];
    if ((value === undefined && state !== "missing") || written.has(parameter)) return [];
    written.add(parameter);
    return [{ service, name, value }];
  });
}
