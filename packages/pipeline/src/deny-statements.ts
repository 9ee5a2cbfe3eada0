import { type PolicyStatement, statement } from "@slipway/core";

/**
 * Denies values of secrets whatever other policies the role gets; tasks get theirs by the execution role. Public parameters of AWS, such
 * as the latest AMI, belong to no account and can still be allowed.
 */
export function denySecrets(account: string): PolicyStatement {
  return statement.deny(
    "NoSecrets",
    [
      "kms:Decrypt",
      "secretsmanager:BatchGetSecretValue",
      "secretsmanager:GetSecretValue",
      "ssm:GetParameter",
      "ssm:GetParameterHistory",
      "ssm:GetParameters",
      "ssm:GetParametersByPath",
    ],
    ["arn:aws:kms:*:*:key/*", "arn:aws:secretsmanager:*:*:secret:*", `arn:aws:ssm:*:${account}:parameter/*`],
  );
}

/**
 * Within an account, a trust policy that names a role lets it assume another without an allow of its own. A role that can create roles
 * could create one that reads secrets and assume it; only a deny prevents that.
 */
export const denyOtherRoles: PolicyStatement = statement.deny("NoOtherRole", ["sts:Assume*", "sts:TagSession"], "*");
