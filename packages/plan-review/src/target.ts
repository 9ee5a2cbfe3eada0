import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure, awsClientConfig, clientOptions, type Variables } from "@slipway/core";
import type { Stack } from "@slipway/terraform";
import type { Json } from "./plan/plan-json.ts";

/** Account, region, bucket and provider of an environment's stacks, from their JSON. */
export interface DeploymentTarget {
  readonly account: string;
  readonly region: string;
  /** The bucket of its states. */
  readonly bucket: string;
  /** Version of the AWS provider. */
  readonly provider: string;
}

interface StackJson {
  readonly provider?: { readonly aws?: readonly { readonly allowed_account_ids?: readonly string[] }[] };
}

const remedy = "synthesize this environment's stacks and name their folder in `stacks-dir`";

/** Reads the target from the stacks. Rejects stacks of another environment or of several. */
export function readTarget(stacks: readonly Stack[], environment: string): DeploymentTarget {
  const backends = stacks.map(({ name, backend }) => {
    if (backend.type === "s3" && backend.key.startsWith(`${environment}/`)) return backend;
    const location = backend.type === "s3" ? backend.key : backend.path;
    const what = `The state of stack \`${name}\` (${location}) must be in S3 under \`${environment}/\``;
    throw new ActionFailure("stacks-invalid", what, remedy);
  });
  const accounts = stacks.flatMap(accountsOf);
  const providers = stacks.map(({ awsProvider }) => awsProvider).filter((version) => version !== "");
  return {
    account: only("account", accounts),
    region: only(
      "region",
      backends.map(({ region }) => region),
    ),
    bucket: only(
      "state bucket",
      backends.map(({ bucket }) => bucket),
    ),
    provider: only("version of the AWS provider", providers),
  };
}

/** Empty for a stack without the AWS provider. */
function accountsOf({ name, folder }: Stack): readonly string[] {
  const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as StackJson;
  const providers = json.provider?.aws ?? [];
  if (providers.some(({ allowed_account_ids: ids = [] }) => ids.length !== 1)) {
    const what = `Stack \`${name}\` must name the one account it may touch (allowed_account_ids)`;
    throw new ActionFailure("stacks-invalid", what, remedy);
  }
  return providers.flatMap(({ allowed_account_ids: ids = [] }) => ids);
}

function only(what: string, values: readonly string[]): string {
  const [first = "", ...others] = [...new Set(values)];
  if (others.length === 0 && first !== "") return first;
  throw new ActionFailure(
    "stacks-invalid",
    `The stacks (${[first, ...others].join(", ")}) must share one ${what}`,
    remedy,
  );
}

/** The account that the credentials belong to. */
export async function callerAccount(region: string, variables: Variables): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient({ ...awsClientConfig(variables), ...clientOptions, region });
  const { Account = "" } = await client.send(new GetCallerIdentityCommand({}));
  return Account;
}

/** A stack's `cdk.tf.json`, as far as reports look into it. */
export interface Definition {
  readonly "//"?: { readonly metadata?: { readonly stackName?: string } };
  readonly resource?: { readonly [type: string]: { readonly [name: string]: DefinedResource } };
  readonly output?: { readonly [name: string]: { readonly value?: Json } };
  readonly variable?: { readonly [name: string]: { readonly default?: Json; readonly sensitive?: boolean } };
}

interface DefinedResource {
  readonly "//"?: { readonly metadata?: { readonly path?: string } };
  readonly lifecycle?: { readonly ignore_changes?: "all" | readonly string[] };
  readonly [attribute: string]: unknown;
}

/** Reads what a synth wrote of the stack. */
export async function readDefinition({ folder }: Pick<Stack, "folder">): Promise<Definition> {
  return JSON.parse(await readFile(join(folder, "cdk.tf.json"), "utf8"));
}
