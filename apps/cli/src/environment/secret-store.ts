import { awsClientConfig, type Variables } from "@slipway/core";

/** Where the values are; nothing here ever reads one. */
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
      // DescribeParameters, not GetParameters: it needs no right to any value.
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
