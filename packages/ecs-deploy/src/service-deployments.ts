import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
  type ServiceDeployment,
} from "@aws-sdk/client-ecs";

/** A service deployment and the task definition it brings. */
export interface DeploymentRecord {
  readonly deployment: ServiceDeployment;
  readonly taskDefinition: string;
}

export interface DeploymentQuery {
  readonly cluster: string;
  readonly service: string;
  readonly status?: "SUCCESSFUL";
}

/** `DescribeServiceDeployments` takes at most this many. */
const pageSize = 20;

/**
 * The service's newest deployments, newest first. Empty when the service-deployment API knows none or is not to be had
 * (not allowed, not built): callers then go by the deployments that DescribeServices lists.
 */
export async function serviceDeployments(ecs: ECSClient, query: DeploymentQuery): Promise<DeploymentRecord[]> {
  try {
    return await read(ecs, query);
  } catch (error) {
    if (
      error instanceof Error &&
      /AccessDenied|UnsupportedFeature|UnknownOperation|InvalidAction|NotImplemented/.test(error.name)
    )
      return [];
    throw error;
  }
}

async function read(ecs: ECSClient, { cluster, service, status }: DeploymentQuery): Promise<DeploymentRecord[]> {
  const list = new ListServiceDeploymentsCommand({
    cluster,
    service,
    maxResults: pageSize,
    ...(status ? { status: [status] } : {}),
  });
  const briefs = (await ecs.send(list)).serviceDeployments ?? [];
  const serviceDeploymentArns = briefs
    .flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? [])
    .slice(0, pageSize);
  if (serviceDeploymentArns.length === 0) return [];
  const described = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  const deployments = described.serviceDeployments ?? [];
  const serviceRevisionArns = [
    ...new Set(deployments.flatMap(({ targetServiceRevision }) => targetServiceRevision?.arn ?? [])),
  ];
  if (serviceRevisionArns.length === 0) return [];
  const revisions =
    (await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }))).serviceRevisions ?? [];
  const records = deployments.map((deployment) => {
    const revision = revisions.find(
      ({ serviceRevisionArn }) => serviceRevisionArn === deployment.targetServiceRevision?.arn,
    );
    return { deployment, taskDefinition: revision?.taskDefinition ?? "" };
  });
  return records.sort((a, b) => time(b) - time(a));
}

function time({ deployment }: DeploymentRecord): number {
  return deployment.createdAt?.getTime() ?? 0;
}

/** ECS's default threshold: half of the wanted count, from 3 to 200. */
function defaultThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

/**
 * `3 of 3 failures`: the circuit breaker's count and threshold; `4 failures, threshold 3` where tasks that were already starting failed
 * too; empty when the service has no breaker.
 */
export function breaker(service: Service, deploymentId: string, record: ServiceDeployment | undefined): string {
  const counted = record?.deploymentCircuitBreaker;
  if (counted?.failureCount !== undefined && counted.threshold) {
    const { failureCount, threshold } = counted;
    return failureCount > threshold
      ? `${failureCount} failures, threshold ${threshold}`
      : `${failureCount} of ${threshold} failures`;
  }
  const own = service.deployments?.find(({ id }) => id === deploymentId);
  const settings = service.deploymentConfiguration?.deploymentCircuitBreaker;
  if (!settings?.enable || own?.failedTasks === undefined) return "";
  const hasOwnThreshold = "thresholdConfiguration" in settings && settings.thresholdConfiguration !== undefined;
  const threshold = hasOwnThreshold ? "" : ` of ${defaultThreshold(own.desiredCount ?? 0)}`;
  return `${own.failedTasks}${threshold} failures`;
}
