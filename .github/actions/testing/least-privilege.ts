import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** What stands between < and > in the policies of the READMEs. */
export type Placeholders = Readonly<Record<string, string>>;

export interface LeastPrivilege {
  /** The variables of a job whose role may do what the action's README says, and nothing else. */
  readonly variables: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

/** Makes a role with the very policy that the README of an action prints. The local AWS holds it to that. */
export async function leastPrivilege(action: string, id: string, placeholders: Placeholders): Promise<LeastPrivilege> {
  const iam = new IAMClient({});
  const sts = new STSClient({});
  const RoleName = `${id}-${action}`;
  const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${Account}:root` }, Action: "sts:AssumeRole" }],
      }),
    }),
  );
  const PolicyDocument = policyOf(action, { account: Account, ...placeholders });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "readme", PolicyDocument }));
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "action" }),
  );
  return {
    variables: {
      AWS_ACCESS_KEY_ID: given?.AccessKeyId ?? "",
      AWS_SECRET_ACCESS_KEY: given?.SecretAccessKey ?? "",
      AWS_SESSION_TOKEN: given?.SessionToken ?? "",
    },
    async remove() {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "readme" }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
  };
}

function policyOf(action: string, placeholders: Placeholders): string {
  const text = readFileSync(join(__dirname, "..", action, "README.md"), "utf8");
  const json = /```json\n([\s\S]+?)```/.exec(text)?.[1] ?? "";
  return json.replace(/<([^>]+)>/g, (_, name: string) => {
    const value = placeholders[name];
    if (value === undefined) throw new Error(`<${name}> in the policy of ${action} must have a value in this test.`);
    return value;
  });
}
