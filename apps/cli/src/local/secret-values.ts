import { createHash, randomBytes } from "node:crypto";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { type App, environmentName, parameterName } from "./app.ts";
import { clientSettings } from "./aws-reads.ts";

export interface SecretValues {
  /** Names whose value was written now. */
  readonly written: readonly string[];
  readonly kept: readonly string[];
  /** A hash of the parameters' version numbers, which changes with every value and reveals none. */
  readonly revision: string;
}

/** Gives every secret of the service a value: those of the env file, else a random one where there is none yet. */
export async function ensureSecretValues(
  app: App,
  names: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Promise<SecretValues> {
  const { GetParametersByPathCommand, PutParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const ssm = new SSMClient(clientSettings(variables));
  const read = () => readAll(ssm, GetParametersByPathCommand, `/${environmentName(app)}/web/`);
  const present = await read();
  const written: string[] = [];
  for (const name of names) {
    const parameter = parameterName(app, name);
    const current = present.get(parameter);
    const given = app.secrets[name];
    if (current !== undefined && (given === undefined || given === current.value)) continue;
    const value = given ?? randomBytes(40).toString("base64url");
    await ssm.send(
      new PutParameterCommand({
        Name: parameter,
        Value: value,
        Type: "SecureString",
        Overwrite: current !== undefined,
      }),
    );
    written.push(name);
  }
  const after = written.length > 0 ? await read() : present;
  const versions = names.map((name) => `${name}:${after.get(parameterName(app, name))?.version}`).sort();
  const revision = createHash("sha256").update(versions.join("\n")).digest("hex").slice(0, 8);
  return { written, kept: names.filter((name) => !written.includes(name)), revision };
}

async function readAll(
  ssm: SSMClient,
  Command: typeof import("@aws-sdk/client-ssm").GetParametersByPathCommand,
  path: string,
): Promise<Map<string, { value: string; version: number }>> {
  const found = new Map<string, { value: string; version: number }>();
  let token: string | undefined;
  do {
    const answer = await ssm.send(
      new Command({
        Path: path,
        Recursive: true,
        WithDecryption: true,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    for (const { Name, Value, Version } of answer.Parameters ?? []) {
      if (Name !== undefined) found.set(Name, { value: Value ?? "", version: Version ?? 0 });
    }
    token = answer.NextToken;
  } while (token !== undefined && token !== "");
  return found;
}
