import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { TokenIssuer } from "./token-issuer.ts";

export interface RoleRequest {
  readonly endpoint: string;
  readonly region: string;
  readonly roleArn: string;
  /** `sub` of the job's token. */
  readonly subject: string;
  readonly issuer: TokenIssuer;
}

/** The variables of a job that took a role with the token of a subject; they replace whatever credentials there were. */
export async function roleCredentials(request: RoleRequest): Promise<Readonly<Record<string, string>>> {
  const { endpoint, region, roleArn, subject, issuer } = request;
  // The call is not signed: the token is all that a job has.
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId: "none", secretAccessKey: "none" } });
  const { Credentials: given } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: "job",
      WebIdentityToken: issuer.token({ subject }),
    }),
  );
  return {
    AWS_ACCESS_KEY_ID: given?.AccessKeyId ?? "",
    AWS_SECRET_ACCESS_KEY: given?.SecretAccessKey ?? "",
    AWS_SESSION_TOKEN: given?.SessionToken ?? "",
  };
}
