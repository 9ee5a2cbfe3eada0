import { awsClientConfig, clientOptions, type Variables } from "@slipway/core";

/** The account that the credentials belong to. */
export async function callerAccount(region: string, variables: Variables): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient({ ...awsClientConfig(variables), ...clientOptions, region });
  const { Account = "" } = await client.send(new GetCallerIdentityCommand({}));
  return Account;
}
