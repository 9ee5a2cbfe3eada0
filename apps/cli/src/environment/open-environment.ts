import { awsClientConfig, Failure, type Variables } from "@slipway/core";
import { type Environment, environment } from "@slipway/infra";
import { cliConfiguration, createEngine, type Engine, findTerraform, type Stack } from "@slipway/terraform";
import { createImportFinder } from "@slipway/terraform/import";
import type { CommandContext } from "../command-context.ts";
import { synthesize } from "./synthesize.ts";

/** Synthesizes an environment and makes the engine for its stacks; their working folders, records and logs are below `folder`. */
export async function openEnvironment(
  { home, print }: Pick<CommandContext, "home" | "print">,
  target: Environment,
  variables: Variables,
  folder: string,
): Promise<{ readonly engine: Engine; readonly stacks: readonly Stack[] }> {
  const [terraform, stacks] = await Promise.all([
    findTerraform(variables),
    synthesize({ root: home.root, environment: target.key, variables }),
  ]);
  const configuration = cliConfiguration({ workFolder: home.folder, variables, awsProvider: target.awsProvider });
  const engine = createEngine({
    folder,
    stacks,
    terraform,
    cliConfiguration: configuration,
    variables,
    importFinder: createImportFinder(variables),
    onEvent: (event) => {
      if (event.type === "notice") print(event.text);
    },
  });
  return { engine, stacks };
}

/** The environment of a key. A wrong key or a mistake in `environments.ts` is a user error, so it is reported without a stack trace. */
export function knownEnvironment(key: string): Environment {
  try {
    return environment(key);
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

type Caller = () => Promise<string | undefined>;

/** Rejects credentials of an account other than the environment's. */
export async function checkAccount(
  environment: { readonly key: string; readonly account: string; readonly region: string },
  variables: Variables,
  caller: Caller = () => callerAccount(variables, environment.region),
): Promise<void> {
  let account: string | undefined;
  try {
    account = await caller();
  } catch (error) {
    throw new Failure(
      `credentials for ${environment.key} must be answered by AWS (it said: ${(error as Error).message})`,
      `sign in to account ${environment.account}`,
    );
  }
  if (account !== environment.account) {
    throw new Failure(
      `account (${account}) must be ${environment.account}, that of ${environment.key}`,
      "change AWS_PROFILE or the credentials",
    );
  }
}

async function callerAccount(variables: Variables, region: string): Promise<string | undefined> {
  const sdk = await import("@aws-sdk/client-sts");
  const client = new sdk.STSClient({ region, ...awsClientConfig(variables) });
  return (await client.send(new sdk.GetCallerIdentityCommand({}))).Account;
}
