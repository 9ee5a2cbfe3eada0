/** Services that answer on port 443 of an interface endpoint, under the name that they have on the internet: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const known = [
  "application-autoscaling",
  "athena",
  "autoscaling",
  "bedrock-runtime",
  "cloudformation",
  "codebuild",
  "codedeploy",
  "ec2",
  "ec2messages",
  "ecr.api",
  "ecr.dkr",
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "elasticache",
  "elasticloadbalancing",
  "events",
  "kinesis-streams",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "rds",
  "rds-data",
  "secretsmanager",
  "servicediscovery",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "states",
  "sts",
  "xray",
] as const;

export type EndpointService = (typeof known)[number];

/** "fargate": what a task needs to start and to log. "ssm": what Session Manager's agent needs, from version 3.3.40. */
export type EndpointPreset = keyof typeof presets;

const presets = {
  // Image layers come from S3, for which the network has a gateway.
  fargate: ["ecr.api", "ecr.dkr", "logs"],
  ssm: ["ssm", "ssmmessages"],
} as const satisfies Record<string, readonly EndpointService[]>;

/** A preset, a preset and more (for tasks with secrets the services that hold them), or a list. */
export type Endpoints =
  | "none"
  | EndpointPreset
  | readonly EndpointService[]
  | { readonly preset: EndpointPreset; readonly services: readonly EndpointService[] };

/** The services that endpoints are made for, each once. */
export function endpointServices(endpoints: Endpoints): readonly EndpointService[] {
  const services = listOf(endpoints);
  for (const [index, service] of services.entries()) {
    const error = serviceError(service, services.indexOf(service) < index);
    if (error !== undefined) throw new Error(`endpoints (${service}) ${error}`);
  }
  return services;
}

function listOf(endpoints: Endpoints): readonly EndpointService[] {
  if (endpoints === "none") return [];
  if (typeof endpoints === "string") return presetOf(endpoints);
  if ("preset" in endpoints) return [...presetOf(endpoints.preset), ...endpoints.services];
  if (endpoints.length > 0) return endpoints;
  throw new Error('endpoints (an empty list) must name a service; write "none" where there are to be none.');
}

function presetOf(preset: EndpointPreset): readonly EndpointService[] {
  if (Object.hasOwn(presets, preset)) return presets[preset];
  throw new Error(`endpoints (${preset}) must be none, ${Object.keys(presets).join(", ")} or a list; correct it.`);
}

function serviceError(service: string, isRepeated: boolean): string | undefined {
  if (service === "s3") return "must be left out, since the network has a gateway for S3, which is free; remove it.";
  if (!known.some((each) => each === service)) {
    return `must be a service with an interface endpoint: ${known.join(", ")}; name one of these.`;
  }
  return isRepeated ? "must be there once; remove the other." : undefined;
}
