import type { PolicyStatement } from "./policy-statement.ts";
import { statement } from "./statement.ts";

/** Whatever else a role is given one day: values of secrets it never reads. Tasks get theirs by the execution role. */
export const denySecrets: PolicyStatement = statement.deny(
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
  "*",
);
