import { ActionFailure } from "@slipway/core";
import type { Json } from "../plan/plan-json.ts";
import { isList, isObject, type JsonObject, sameJson } from "./json.ts";
import { readStackFiles } from "./stack-files.ts";

export interface MainBackend {
  /** "local" where an environment has no bucket. */
  readonly type: "s3" | "local";
  readonly bucket: string | undefined;
  readonly region: string | undefined;
  /** What stands before a stack's name where its state lies: `staging/`. */
  readonly keyPrefix: string;
  /** All that the backends of its stacks share. */
  readonly settings: JsonObject;
}

/** What main says of an environment, against which a pull request's stacks are held. */
export interface MainEnvironment {
  readonly backend: MainBackend;
  /** The AWS provider, default tags aside. */
  readonly provider: JsonObject;
  readonly account: string;
  /** Where the states lie that its stacks may read: main's own, and those that main reads of other environments. */
  readonly readable: readonly JsonObject[];
}

const remedy = "synthesize main's stacks of one environment and name their folder";
const stateFile = /^(.*\/)([^/]+)\.tfstate$/;

/** Reads an environment off main's own stacks: `stacksDir` holds `<stack>.json` or what cdktf wrote, `stacks/<stack>/cdk.tf.json`. */
export async function mainEnvironment(stacksDir: string): Promise<MainEnvironment> {
  const files = await readStackFiles(stacksDir, "main");
  const stacks = files.map(({ stack, value }) => ({ stack, json: isObject(value) ? value : {} }));
  const backend = shared(
    "backend",
    stacks.map(({ stack, json }) => backendOf(stack, json)),
  );
  const provider = shared(
    "AWS provider",
    stacks.map(({ stack, json }) => providerOf(stack, json)),
  );
  const { allowed_account_ids: ids } = provider;
  const [account] = isList(ids) && ids.length === 1 ? ids : [];
  if (typeof account !== "string") invalid("AWS provider", "name the one account that it may touch");
  const own = stacks.map(({ stack }) => stateAddress(stateOf(backend, stack)));
  return { backend, provider, account, readable: [...own, ...stacks.flatMap(({ json }) => readOf(json))] };
}

/** The backend block of a stack's own. */
export function stateOf({ type, settings, keyPrefix }: MainBackend, stack: string): JsonObject {
  return { ...settings, [type === "s3" ? "key" : "path"]: `${keyPrefix}${stack}.tfstate` };
}

/** Where a state lies, from a backend or from the configuration of a data source that reads it. */
export function stateAddress(config: JsonObject): JsonObject {
  const fields = ["bucket", "key", "region", "path"].filter((field) => field in config);
  return Object.fromEntries(fields.map((field) => [field, config[field] as Json]));
}

function backendOf(stack: string, json: JsonObject): MainBackend {
  const entries = Object.entries(child(json.terraform, "backend"));
  const [type, block] = entries[0] ?? [];
  if (entries.length !== 1 || (type !== "s3" && type !== "local") || !isObject(block)) {
    return invalid(`backend of \`${stack}\``, "be s3 or local");
  }
  const { key, path, ...settings } = block;
  const [, keyPrefix, name] = stateFile.exec(String(type === "s3" ? key : path)) ?? [];
  if (keyPrefix === undefined || name !== stack) {
    return invalid(`backend of \`${stack}\``, `end with \`${stack}.tfstate\``);
  }
  const text = (value: Json | undefined) => (typeof value === "string" ? value : undefined);
  return { type, bucket: text(settings.bucket), region: text(settings.region), keyPrefix, settings };
}

function providerOf(stack: string, json: JsonObject): JsonObject {
  const { aws } = child(json, "provider");
  const blocks = isList(aws) ? aws.filter(isObject).filter((block) => block.alias === undefined) : [];
  const [block] = blocks;
  if (block === undefined || blocks.length > 1) return invalid(`AWS provider of \`${stack}\``, "be there once");
  const { default_tags: _, ...provider } = block;
  return provider;
}

function readOf(json: JsonObject): JsonObject[] {
  const states = Object.keys(child(json.data, "terraform_remote_state"));
  const configs = states.map((name) => child(child(json.data, "terraform_remote_state")[name], "config"));
  return configs.map(stateAddress);
}

function child(value: Json | undefined, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

function shared<T>(what: string, values: readonly T[]): T {
  const [first, ...others] = values;
  if (first === undefined) return invalid("stacks", "be there");
  if (others.some((other) => !sameJson(plain(other), plain(first)))) invalid(what, "be the same in all its stacks");
  return first;
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function invalid(what: string, must: string): never {
  throw new ActionFailure("stacks-invalid", `Main's ${what} must ${must}`, remedy);
}
