import type { EndpointService } from "@slipway/network";

/** What decides which of AWS's services are asked for a service's tasks. */
export interface EndpointNeeds {
  /** Where the secrets are: ARNs of Secrets Manager, or names or ARNs of parameters. */
  readonly secrets: readonly string[];
  /** Whether people open shells in its tasks. */
  readonly shell: boolean;
}

/**
 * Interface endpoints without which tasks in private subnets without NAT do not start or take no shell. Image layers come from S3, whose
 * gateway every network has. https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export function neededEndpoints({ secrets, shell }: EndpointNeeds): readonly EndpointService[] {
  const isOfSecretsManager = (secret: string) => /^arn:[^:]+:secretsmanager:/.test(secret);
  return [
    "ecr.api",
    "ecr.dkr",
    "logs",
    ...(secrets.some(isOfSecretsManager) ? (["secretsmanager"] as const) : []),
    ...(secrets.every(isOfSecretsManager) ? [] : (["ssm"] as const)),
    ...(shell ? (["ssmmessages"] as const) : []),
  ];
}

/** Those that a network lacks; none where it reaches anything, or where that is not known. */
export function missingEndpoints(
  needs: EndpointNeeds,
  reachable: readonly EndpointService[] | undefined,
): readonly EndpointService[] {
  if (reachable === undefined) return [];
  return neededEndpoints(needs).filter((service) => !reachable.includes(service));
}
