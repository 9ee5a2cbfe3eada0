/** What reading one secret takes: the action and the exact resource. */
export interface SecretReference {
  readonly valueFrom: string;
  readonly action: "ssm:GetParameters" | "secretsmanager:GetSecretValue";
  readonly resource: string;
}

/** Reads the ARN of an SSM parameter, or of a Secrets Manager secret with an optional `:json-key:stage:version`. */
export function secretReference(name: string, arn: string): SecretReference {
  if (/^arn:[^:]+:ssm:[^:]+:[^:]+:parameter\/[^/*]/.test(arn) && !arn.includes("*")) {
    return { valueFrom: arn, action: "ssm:GetParameters", resource: arn };
  }
  const secret = /^(arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:*]+)(:[^:*]*:[^:*]*:[^:*]*)?$/.exec(arn)?.[1];
  if (secret !== undefined) {
    return { valueFrom: arn, action: "secretsmanager:GetSecretValue", resource: secret };
  }
  throw new Error(
    `secrets.${name} (${arn}) must be the whole ARN of an SSM parameter or a Secrets Manager secret, without wildcards; give the name's ARN, never a value.`,
  );
}
