import { createHash, randomBytes } from "node:crypto";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { type App, parameterName } from "./app.ts";
import { clientSettings } from "./aws-reads.ts";

export interface SecretValues {
  /** Variables whose value was written now. */
  readonly written: readonly string[];
  readonly kept: readonly string[];
  /** A hash of the version numbers of a service's parameters, which changes with every value and reveals none. */
  revisionOf(service: { readonly secrets: Secrets }): string;
}

/** Variable → name of its parameter. */
type Secrets = Readonly<Record<string, string>>;

/** Gives every parameter of the services a value: that of the env file, else a random one where there is none yet. */
export async function ensureSecretValues(
  app: App,
  services: readonly { readonly secrets: Secrets }[],
  variables: Readonly<Record<string, string | undefined>>,
): Promise<SecretValues> {
  const { GetParametersCommand, PutParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const ssm = new SSMClient(clientSettings(variables));
  const given = new Map(Object.entries(app.secrets).map(([name, value]) => [parameterName(app, name), value]));
  // Of a parameter that several services read, the first one's variable is its name for people.
  const wanted = new Map<string, string>();
  for (const { secrets } of services) {
    for (const [name, parameter] of Object.entries(secrets)) {
      // Secrets Manager keeps the others.
      if (parameter.startsWith("/") && !wanted.has(parameter)) wanted.set(parameter, name);
    }
  }
  const read = () => readAll(ssm, GetParametersCommand, [...wanted.keys()]);
  const present = await read();
  const written: string[] = [];
  for (const [parameter, name] of wanted) {
    const current = present.get(parameter);
    const own = given.get(parameter);
    if (current !== undefined && (own === undefined || own === current.value)) continue;
    const Value = own ?? randomBytes(40).toString("base64url");
    const Overwrite = current !== undefined;
    await ssm.send(new PutParameterCommand({ Name: parameter, Value, Type: "SecureString", Overwrite }));
    written.push(name);
  }
  const after = written.length > 0 ? await read() : present;
  return {
    written,
    kept: [...wanted.values()].filter((name) => !written.includes(name)),
    revisionOf({ secrets }) {
      const versions = Object.entries(secrets).map(([name, parameter]) => `${name}:${after.get(parameter)?.version}`);
      return createHash("sha256").update(versions.sort().join("\n")).digest("hex").slice(0, 8);
    },
  };
}

const mostAtOnce = 10;

async function readAll(
  ssm: SSMClient,
  Command: typeof import("@aws-sdk/client-ssm").GetParametersCommand,
  names: readonly string[],
): Promise<Map<string, { value: string; version: number }>> {
  const found = new Map<string, { value: string; version: number }>();
  for (let start = 0; start < names.length; start += mostAtOnce) {
    const command = new Command({ Names: names.slice(start, start + mostAtOnce), WithDecryption: true });
    const { Parameters = [] } = await ssm.send(command);
    for (const { Name, Value, Version } of Parameters) {
      if (Name !== undefined) found.set(Name, { value: Value ?? "", version: Version ?? 0 });
    }
  }
  return found;
}
