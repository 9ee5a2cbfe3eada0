import { randomBytes } from "node:crypto";
import { Failure, type Variables } from "@slipway/core";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { checkAccount, knownEnvironment } from "./open-environment.ts";
import {
  createSecretStore,
  parametersOf,
  type SecretName,
  type SecretOwner,
  type SecretStore,
  secretNames,
} from "./secret-store.ts";

/** The AWS calls of the command. Tests replace them. */
export interface SecretServices {
  readonly check: typeof checkAccount;
  readonly open: (...args: Parameters<typeof createSecretStore>) => SecretStore;
}

const aws: SecretServices = { check: checkAccount, open: createSecretStore };

/** `secret set|list <environment> [service] [NAME]`: writes the values of secrets. Terraform knows only their names. */
export function secretCommand(context: CommandContext, services: SecretServices = aws): Command {
  const command = new Command("secret").description(
    "list or write the values of secrets, of which Terraform knows only the names",
  );
  command
    .command("list")
    .description("show the names of the secrets, whether each is set, and when it was last written; never a value")
    .argument("<environment>")
    .argument("[service]")
    .action(async (key: string, service?: string) => await list(context, services, key, service));
  command
    .command("set")
    .description("write a value, read from standard input or made up with --generate")
    .argument("<environment>")
    .argument("<service>")
    .argument("<NAME>", "name of the environment variable, e.g. SECRET_KEY")
    .option("--generate", "make up 50 random characters")
    .action(async (key: string, service: string, name: string, options: { generate?: boolean }) => {
      await set(context, services, { key, service, name, generate: options.generate === true });
    });
  return command;
}

async function list(context: CommandContext, services: SecretServices, key: string, service?: string): Promise<void> {
  const owner = knownEnvironment(key);
  const names = secretNames(owner, service);
  const variables = await context.variables(key);
  await services.check(owner, variables);
  const store = services.open(variables, owner.region);
  const found = await store.lastModified(parametersOf(names));
  for (const { service: its, name, parameter } of names) {
    context.print(
      `${its}  ${name}  ${parameter}  ${parameter.startsWith("arn:") ? "kept in Secrets Manager" : when(found, parameter)}`,
    );
  }
  if (names.length === 0) context.print(`${service ?? key} names no secrets in environments.ts.`);
}

function when(found: ReadonlyMap<string, Date | undefined>, parameter: string): string {
  return found.has(parameter) ? `set ${found.get(parameter)?.toISOString() ?? ""}`.trimEnd() : "missing";
}

interface SetRequest {
  readonly key: string;
  readonly service: string;
  readonly name: string;
  readonly generate: boolean;
}

async function set(
  context: CommandContext,
  services: SecretServices,
  { key, service, name, generate }: SetRequest,
): Promise<void> {
  const owner = knownEnvironment(key);
  const [secret] = secretNames(owner, service, name);
  const parameter = secret?.parameter ?? "";
  if (parameter.startsWith("arn:")) {
    throw new Failure(
      `${name} of ${service} must be written in Secrets Manager, where ${parameter} keeps it`,
      "use its console or the AWS CLI",
    );
  }
  const value = generate ? randomBytes(38).toString("base64url").slice(0, 50) : await secretValue(context, name);
  const variables = await context.variables(key);
  await services.check(owner, variables);
  const version = await services.open(variables, owner.region).put(parameter, value);
  context.print(
    `${name} of ${service} in ${key} is set (${parameter}, version ${version ?? "?"}); running tasks get it with the next deployment.`,
  );
}

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: a standard parameter holds 4 KB. */
const maxBytes = 4096;

/** Asks on a terminal without showing what is typed. */
async function typed(name: string): Promise<string> {
  const { password } = await import("@inquirer/prompts");
  return password({ message: `Value of ${name} (it is not shown):` });
}

/** Reads a value from standard input and removes one trailing newline. */
async function piped(stdin: CommandContext["stdin"]): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

/** The value that is to be written. */
async function secretValue(context: Pick<CommandContext, "stdin">, name: string): Promise<string> {
  const value = await (context.stdin.isTTY ? typed(name) : piped(context.stdin));
  if (value === "") {
    throw new Failure(`value of ${name} (empty) must have at least one character`, "pipe it in or use --generate");
  }
  const bytes = Buffer.byteLength(value);
  if (bytes > maxBytes) {
    throw new Failure(
      `value of ${name} (${bytes} bytes) must have at most ${maxBytes}`,
      "keep larger ones in Secrets Manager",
    );
  }
  return value;
}

export type MissingSecret = SecretName;

/** Secrets of an environment's services that have no value yet. Secrets in Secrets Manager are not checked. */
export async function missingSecrets(
  environment: SecretOwner & { readonly region: string },
  variables: Variables,
  store: SecretStore = createSecretStore(variables, environment.region),
): Promise<readonly MissingSecret[]> {
  const names = secretNames(environment).filter(({ parameter }) => !parameter.startsWith("arn:"));
  const found = await store.lastModified(parametersOf(names));
  return names.filter(({ parameter }) => !found.has(parameter));
}
