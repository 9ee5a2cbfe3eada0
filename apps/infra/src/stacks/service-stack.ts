import {
  Cluster,
  type ImageSource,
  literal,
  type RolePlacement,
  type WebContainer,
  WebService,
} from "@slipway/container";
import { LoadBalancer, type Network } from "@slipway/network";
import { boundaryArn, taskRolePath } from "@slipway/pipeline";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment, Service } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

export interface ServiceStackProps {
  readonly network: Network;
  readonly image: ImageSource;
}

/** Load balancer, cluster and services; it changes daily. */
export class ServiceStack extends BaseStack {
  readonly loadBalancer: LoadBalancer;
  readonly cluster: Cluster;
  readonly services: ReadonlyMap<string, WebService>;

  constructor(scope: Construct, id: string, environment: Environment, { network, image }: ServiceStackProps) {
    super(scope, id, environment);
    const { name, protection } = environment;
    this.loadBalancer = new LoadBalancer(this, "load-balancer", { name, network, protection });
    this.cluster = new Cluster(this, "cluster", { name });
    this.services = new Map(
      Object.entries(environment.services).map(([key, service]) => {
        const { cpu, memory, desiredCount, architecture, priority, paths } = service;
        const web = new WebService(this, key, {
          name: `${name}-${key}`,
          network,
          cluster: this.cluster,
          container: containerOf(service, environment, { image, loadBalancer: this.loadBalancer }),
          size: { cpu, memory, desiredCount, architecture },
          route: { loadBalancer: this.loadBalancer, priority, paths },
          roles: rolePlacement(environment),
        });
        return [key, web];
      }),
    );
    new TerraformOutput(this, "cluster_name", { value: this.cluster.name });
    new TerraformOutput(this, "load_balancer_dns_name", { value: this.loadBalancer.dnsName });
    new TerraformOutput(this, "url", { value: this.loadBalancer.url });
    const outputs = [...this.services].map(([key, web]) => [
      key,
      serviceOutput(web, this.cluster.name, environment.services[key]?.migrateCommand),
    ]);
    new TerraformOutput(this, "services", { value: Object.fromEntries(outputs) });
  }
}

/** The apply role may create roles only under this path and with the permissions boundary that `bootstrap` creates. */
function rolePlacement(environment: Environment): RolePlacement {
  const path = taskRolePath(environment.name);
  return environment.stateBucket === undefined ? { path } : { path, permissionsBoundary: boundaryArn(environment) };
}

interface Surroundings {
  readonly image: ImageSource;
  readonly loadBalancer: LoadBalancer;
}

function containerOf(service: Service, environment: Environment, surroundings: Surroundings): WebContainer {
  const { containerName, port, healthCheckPath, command, readonlyRootFilesystem } = service;
  const { account, region } = environment;
  const { image, loadBalancer } = surroundings;
  const arnOf = (secret: string) =>
    secret.startsWith("/") ? `arn:aws:ssm:${region}:${account}:parameter${secret}` : secret;
  return {
    name: containerName,
    image,
    port,
    healthCheckPath,
    readonlyRootFilesystem,
    ...(command !== undefined && { command }),
    environment: mapValues(service.environment, (value) =>
      value.includes("{load-balancer}") ? literal(value).replaceAll("{load-balancer}", loadBalancer.dnsName) : value,
    ),
    secrets: mapValues(service.secrets, arnOf),
  };
}

function mapValues(record: Readonly<Record<string, string>>, map: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** One entry of the output `services`: the values that a deployment needs. */
export interface ServiceOutput {
  readonly cluster: string;
  readonly service: string;
  readonly container_name: string;
  readonly container_port: number;
  /** ARN of the revision that deployments render from. */
  readonly template_task_definition: string;
  readonly task_definition_family: string;
  /** The desired count. A deployment sets it, Terraform does not. */
  readonly desired_count: number;
  readonly health_check_path: string;
  readonly target_group_arn: string;
  readonly log_group: string;
  readonly task_role_arn: string;
  readonly execution_role_arn: string;
  /** Command of the one-off task that a deployment runs first; absent if the service has none. */
  readonly migrate_command?: readonly string[];
}

function serviceOutput(
  service: WebService,
  clusterName: string,
  migrateCommand: readonly string[] | undefined,
): ServiceOutput {
  const { template, targetGroup, container } = service;
  return {
    cluster: clusterName,
    service: service.service.name,
    container_name: container.name,
    container_port: container.port,
    template_task_definition: template.taskDefinition.arn,
    task_definition_family: template.taskDefinition.family,
    desired_count: service.desiredCount,
    health_check_path: container.healthCheckPath ?? "/",
    target_group_arn: targetGroup.arn,
    log_group: template.logGroup.name,
    task_role_arn: template.roles.taskRole.arn,
    execution_role_arn: template.roles.executionRole.arn,
    ...(migrateCommand !== undefined && { migrate_command: migrateCommand }),
  };
}
