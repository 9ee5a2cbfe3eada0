import { awsClientConfig, Failure, type Variables } from "@slipway/core";

/** Writes and lists SSM parameters. It never reads a value. */
export interface SecretStore {
  /** When each of the parameters that exist was last written. */
  lastModified(parameters: readonly string[]): Promise<ReadonlyMap<string, Date | undefined>>;
  /** Writes a SecureString and returns its version. */
  put(parameter: string, value: string): Promise<number | undefined>;
  remove(parameters: readonly string[]): Promise<void>;
}

export function createSecretStore(variables: Variables, region: string): SecretStore {
  const connect = async () => {
    const sdk = await import("@aws-sdk/client-ssm");
    return { sdk, ssm: new sdk.SSMClient({ region, ...awsClientConfig(variables) }) };
  };
  return {
    async lastModified(parameters) {
      const { sdk, ssm } = await connect();
      const found = new Map<string, Date | undefined>();
      // DescribeParameters needs no permission to read values, unlike GetParameters.
      for (const Values of chunks(parameters, 50)) {
        const ParameterFilters = [{ Key: "Name", Option: "Equals", Values }];
        for await (const { Parameters = [] } of sdk.paginateDescribeParameters({ client: ssm }, { ParameterFilters })) {
          for (const { Name, LastModifiedDate } of Parameters)
            if (Name !== undefined) found.set(Name, LastModifiedDate);
        }
      }
      return found;
    },

    async put(parameter, value) {
      const { sdk, ssm } = await connect();
      const input = { Name: parameter, Value: value, Type: sdk.ParameterType.SECURE_STRING, Overwrite: true };
      return (await ssm.send(new sdk.PutParameterCommand(input))).Version;
    },

    async remove(parameters) {
      const { sdk, ssm } = await connect();
      for (const Names of chunks(parameters, 10)) await ssm.send(new sdk.DeleteParametersCommand({ Names }));
    },
  };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** What the commands need to know of an environment's services. */
export interface SecretOwner {
  readonly key: string;
  readonly services: Readonly<Record<string, { readonly secrets: Readonly<Record<string, string>> }>>;
}

export interface SecretName {
  readonly service: string;
  /** Name of the environment variable, e.g. SECRET_KEY. */
  readonly name: string;
  /** Name of the SSM parameter, or ARN of a secret in Secrets Manager. */
  readonly parameter: string;
}

/** Secrets of an environment, of one service or of all; an unknown service or name is an error that lists the known ones. */
export function secretNames(owner: SecretOwner, service?: string, name?: string): readonly SecretName[] {
  const services = Object.keys(owner.services);
  if (service !== undefined && !services.includes(service)) {
    throw new Failure(`service (${service}) must be one of ${owner.key}: ${services.join(", ")}.`);
  }
  const all = services
    .filter((each) => service === undefined || each === service)
    .flatMap((each) =>
      Object.entries(owner.services[each]?.secrets ?? {}).map(([variable, parameter]) => ({
        service: each,
        name: variable,
        parameter,
      })),
    );
  if (name === undefined) return all;
  const found = all.filter((secret) => secret.name === name);
  if (found.length === 0) {
    const known = all.map((secret) => secret.name).join(", ") || "none";
    throw new Failure(
      `NAME (${name}) must be a secret of ${service} in ${owner.key} (${known})`,
      "add it to `secrets` in environments.ts first",
    );
  }
  return found;
}

/** The SSM parameters behind secrets, each once: services may share one, and SSM refuses to be asked for it twice. */
export function parametersOf(secrets: readonly SecretName[]): readonly string[] {
  const names = new Set(secrets.map(({ parameter }) => parameter));
  return [...names].filter((name) => !name.startsWith("arn:"));
}
