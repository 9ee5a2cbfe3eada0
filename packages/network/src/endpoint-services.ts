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

/** Name of one of AWS's services as its endpoint has it. */
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

export interface EndpointsError {
  /** Where in the value, as keys and indexes from its root. */
  readonly path: readonly (string | number)[];
  readonly value: string;
  readonly must: string;
}

/** The services that endpoints are made for, each once. Throws for what `endpointsError` finds. */
export function endpointServices(endpoints: Endpoints): readonly EndpointService[] {
  const error = endpointsError(endpoints);
  if (error !== undefined) throw new Error(`endpoints (${error.value}) ${error.must}`);
  if (endpoints === "none") return [];
  if (typeof endpoints === "string") return presets[endpoints];
  return "preset" in endpoints ? [...presets[endpoints.preset], ...endpoints.services] : endpoints;
}

/** What is wrong with endpoints that somebody wrote, whatever their type. */
export function endpointsError(endpoints: unknown): EndpointsError | undefined {
  if (endpoints === "none" || isPreset(endpoints)) return undefined;
  if (isTexts(endpoints)) {
    if (endpoints.length > 0) return servicesError(endpoints, [], []);
    const must = 'must name a service; write "none" where there are to be none.';
    return { path: [], value: "an empty list", must };
  }
  const { preset, services = undefined, ...others } = Object(endpoints) as Readonly<Record<string, unknown>>;
  if (isPreset(preset) && isTexts(services) && Object.keys(others).length === 0) {
    return servicesError(services, ["services"], presets[preset]);
  }
  const value = typeof endpoints === "string" ? endpoints : JSON.stringify(endpoints);
  const forms = `none, ${Object.keys(presets).join(", ")}, { preset, services } or a list`;
  return { path: [], value, must: `must be ${forms}; correct it.` };
}

function isPreset(value: unknown): value is EndpointPreset {
  return typeof value === "string" && Object.hasOwn(presets, value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function servicesError(
  services: readonly string[],
  path: readonly string[],
  before: readonly string[],
): EndpointsError | undefined {
  for (const [index, service] of services.entries()) {
    const must = serviceError(service, before.includes(service) || services.indexOf(service) < index);
    if (must !== undefined) return { path: [...path, index], value: service, must };
  }
  return undefined;
}

function serviceError(service: string, isRepeated: boolean): string | undefined {
  if (service === "s3") return "must be left out, since the network has a gateway for S3, which is free; remove it.";
  if (!known.some((each) => each === service)) {
    return `must be a service with an interface endpoint: ${known.join(", ")}; name one of these.`;
  }
  return isRepeated ? "must be there once; remove the other." : undefined;
}
