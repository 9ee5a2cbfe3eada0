import { literal } from "./literal.ts";
import { secretReference } from "./secret-reference.ts";
import type { WebContainer } from "./web-container.ts";

/** Sorted by name and without empty fields: ECS gives them back like this, and Terraform compares. */
export function containerDefinition(container: WebContainer, log: { readonly group: string; readonly region: string }) {
  const {
    name,
    image,
    port,
    healthCheckPath = "/",
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
    portMappings: [{ containerPort: port, hostPort: port, protocol: "tcp" }],
    healthCheck: {
      command: ["CMD", "python", "-c", probe(port, healthCheckPath)],
      interval: 10,
      timeout: 5,
      retries: 3,
      startPeriod: 30,
    },
    stopTimeout: stopTimeoutSeconds,
    readonlyRootFilesystem,
    ...(readonlyRootFilesystem && { mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }] }),
    logConfiguration: {
      logDriver: "awslogs",
      options: { "awslogs-group": log.group, "awslogs-region": log.region, "awslogs-stream-prefix": "ecs" },
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
