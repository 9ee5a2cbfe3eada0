import { Token } from "cdktf";
import type { ImageSource } from "./image-repository.ts";
import { stopTimeout } from "./service-limits.ts";

/** Sorted by name and without empty fields: ECS gives them back like this, and Terraform compares. */
export function containerDefinition(
  container: Container | WebContainer,
  log: { readonly group: string; readonly region: string },
  { executeCommand = false } = {},
) {
  const {
    name,
    image,
    command,
    environment = {},
    secrets = {},
    stopTimeoutSeconds = 45,
    readonlyRootFilesystem = true,
  } = container;
  return {
    name,
    // Shows the shape only: the service has no tasks until deploy-service puts a digest in its place.
    image: `${image.repositoryUrl}:template`,
    essential: true,
    ...(command !== undefined && { command: command.map(literal) }),
    environment: byName(environment).map(([key, value]) => ({ name: key, value: literal(value) })),
    secrets: byName(secrets).map(([key, arn]) => ({ name: key, valueFrom: secretReference(key, arn).valueFrom })),
    ...("port" in container && reachable(container)),
    // The agent of a shell leaves processes behind that only an init process collects.
    ...(executeCommand && { linuxParameters: { initProcessEnabled: true } }),
    stopTimeout: stopTimeoutSeconds,
    readonlyRootFilesystem,
    ...(readonlyRootFilesystem && { mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }] }),
    logConfiguration: {
      logDriver: "awslogs",
      options: { "awslogs-group": log.group, "awslogs-region": log.region, "awslogs-stream-prefix": "ecs" },
    },
  };
}

function reachable({ port, healthCheckPath = "/" }: WebContainer) {
  return {
    portMappings: [{ containerPort: port, hostPort: port, protocol: "tcp" }],
    healthCheck: {
      command: ["CMD", "python", "-c", probe(port, healthCheckPath)],
      interval: 10,
      timeout: 5,
      retries: 3,
      startPeriod: 30,
    },
  };
}

/** A Django image has Python and often no curl. Redirects are not followed: they would leave the container. */
function probe(port: number, path: string): string {
  return [
    "import http.client",
    `c = http.client.HTTPConnection('127.0.0.1', ${port}, timeout=4)`,
    `c.request('GET', ${literal(JSON.stringify(path))})`,
    "raise SystemExit(not 200 <= c.getresponse().status < 400)",
  ].join("; ");
}

function byName(record: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The one container of a service. */
export interface Container {
  /** What `imagedefinitions.json` calls it. */
  readonly name: string;
  readonly image: ImageSource;
  /** @default the image's own */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Environment variable → ARN of an SSM parameter or Secrets Manager secret. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Seconds between SIGTERM and SIGKILL, at most 120; longer than the server's own graceful timeout (30 for gunicorn). @default 45 */
  readonly stopTimeoutSeconds?: number;
  /** Only /tmp can be written. @default true */
  readonly readonlyRootFilesystem?: boolean;
}

/** The container of a service that a load balancer sends requests to. */
export interface WebContainer extends Container {
  readonly port: number;
  /** Path that answers 200–399 when the app can serve; asked from inside by Python and from outside by the load balancer. @default "/" */
  readonly healthCheckPath?: string;
}

/** Throws for what AWS would refuse at apply, or worse, only when a task starts. */
export function checkContainer(container: Container | WebContainer): void {
  const { name, environment = {}, secrets = {}, stopTimeoutSeconds } = container;
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) {
    throw new Error(`container.name (${name}) must be letters, digits, - and _; rename it.`);
  }
  if ("port" in container) checkPort(container.port);
  const { min, max } = stopTimeout;
  if (stopTimeoutSeconds !== undefined && !(stopTimeoutSeconds >= min && stopTimeoutSeconds <= max)) {
    throw new Error(
      `container.stopTimeoutSeconds (${stopTimeoutSeconds}) must be ${min} to ${max} on Fargate; shorten it.`,
    );
  }
  for (const variable of [...Object.keys(environment), ...Object.keys(secrets)]) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(variable)) {
      throw new Error(
        `container.environment (${variable}) must be named with letters, digits and _, no digit first; rename it.`,
      );
    }
  }
  const both = Object.keys(secrets).find((variable) => variable in environment);
  if (both !== undefined) {
    throw new Error(`container.secrets (${both}) must not be in environment too; remove it there.`);
  }
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(
      `container.port (${port}) must be a whole number from 1 to 65535; give the port the app listens on.`,
    );
  }
}

/** A text that Terraform must not read as an expression: `${` and `%{` in a password or a template stay what they are. */
export function literal(text: string): string {
  return Token.isUnresolved(text) ? text : text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

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
