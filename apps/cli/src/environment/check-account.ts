import { awsClientConfig, Failure, type Variables } from "@slipway/core";

type Caller = () => Promise<string | undefined>;

/** Refuses to touch an environment with the credentials of another account. */
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
