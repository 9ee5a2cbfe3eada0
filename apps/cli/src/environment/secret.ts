import { randomBytes } from "node:crypto";
import { Failure } from "@slipway/core";
import { Command } from "commander";
import { checkAccount } from "./check-account.ts";
import type { CliContext } from "./cli-context.ts";
import { knownEnvironment } from "./known-environment.ts";
import { secretNames } from "./secret-names.ts";
import { createSecretStore, type SecretStore } from "./secret-store.ts";
import { secretValue } from "./secret-value.ts";

/** What the command asks of AWS; tests give their own. */
export interface SecretServices {
  readonly check: typeof checkAccount;
  readonly open: (...args: Parameters<typeof createSecretStore>) => SecretStore;
}

const aws: SecretServices = { check: checkAccount, open: createSecretStore };

/** `secret set|list <environment> [service] [NAME]`: writes the values of secrets, of which Terraform knows only the names. */
export function secretCommand(context: CliContext, services: SecretServices = aws): Command {
  const command = new Command("secret").description("values of secrets, of which Terraform knows only the names");
  command
    .command("list")
    .description("names of the secrets, whether each is set, and when it was last written; never a value")
    .argument("<environment>")
    .argument("[service]")
    .action(async (key: string, service?: string) => await list(context, services, key, service));
  command
    .command("set")
    .description("writes a value, read from standard input or made up with --generate")
    .argument("<environment>")
    .argument("<service>")
    .argument("<NAME>", "name of the environment variable, e.g. SECRET_KEY")
    .option("--generate", "make up 50 random characters")
    .action(async (key: string, service: string, name: string, options: { generate?: boolean }) => {
      await set(context, services, { key, service, name, generate: options.generate === true });
    });
  return command;
}

async function list(context: CliContext, services: SecretServices, key: string, service?: string): Promise<void> {
  const owner = knownEnvironment(key);
  const names = secretNames(owner, service);
  const variables = await context.variables(key);
  await services.check(owner, variables);
  const store = services.open(variables, owner.region);
  const found = await store.lastModified(
    names.map(({ parameter }) => parameter).filter((each) => !each.startsWith("arn:")),
  );
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
  context: CliContext,
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
