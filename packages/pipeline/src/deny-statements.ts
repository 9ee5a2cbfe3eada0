import { type PolicyStatement, statement } from "@slipway/core";

/**
 * Whatever else a role is given one day: values of secrets it never reads. Tasks get theirs by the execution role. Parameters that AWS
 * itself publishes, such as the newest machine image, belong to no account and stay readable for a role that is given them.
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
 * Within an account, trust that names a role lets it take another without any right of its own. Whoever can make roles could make one
 * that may read secrets and take it: only a refusal stops that.
 */
export const denyOtherRoles: PolicyStatement = statement.deny("NoOtherRole", ["sts:Assume*", "sts:TagSession"], "*");
