import {
  Cluster,
  type Container,
  type ImageSource,
  literal,
  type MediaBucket,
  WebService,
  type WebServiceProps,
  WorkerService,
} from "@slipway/container";
import {
  type Alias,
  type HostedZone,
  type IssuedCertificate,
  LoadBalancer,
  type NetworkSource,
  zoneOf,
} from "@slipway/network";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { appNames } from "../domain-names.ts";
import type { Environment, Service } from "../environment.ts";
import { withNames } from "../placeholders.ts";
import { rolePlacement } from "../role-placement.ts";
import { BaseStack } from "./base-stack.ts";

export interface ServiceStackProps {
  readonly network: NetworkSource;
  readonly image: ImageSource;
  /** Of services with `media`. */
  readonly media?: MediaBucket;
  /** Zones that hold the services' hosts, which then lead to the load balancer. @default none, hosts are only what requests must name */
  readonly zones?: readonly HostedZone[];
  /** Of the services' hosts. @default HTTP only */
  readonly certificate?: IssuedCertificate;
}

/** Load balancer, cluster and services; it changes daily. */
export class ServiceStack extends BaseStack {
  readonly loadBalancer: LoadBalancer;
  readonly cluster: Cluster;
  readonly services: ReadonlyMap<string, WebService | WorkerService>;
  /** By name: the records by which hosts lead to the load balancer. */
  readonly aliases: ReadonlyMap<string, Alias>;

  constructor(scope: Construct, id: string, environment: Environment, props: ServiceStackProps) {
    super(scope, id, environment);
    const { network, zones = [], certificate } = props;
    const { name, protection } = environment;
    // A certificate of the API alone is none of the load balancer's.
    const hosts = zones.length === 0 ? [] : appNames(environment);
    this.loadBalancer = new LoadBalancer(this, "load-balancer", {
      name,
      network,
      protection,
      ...(hosts.length > 0 && certificate !== undefined && { certificate }),
    });
    this.cluster = new Cluster(this, "cluster", { name });
    this.services = new Map(
      Object.entries(environment.services).map(([key, service]) => [
        key,
        this.service(key, service, { environment, ...props }),
      ]),
    );
    this.aliases = new Map(hosts.map((host) => [host, zoneOf("hosts", host, zones).alias(host, this.loadBalancer)]));
    new TerraformOutput(this, "cluster_name", { value: this.cluster.name });
    new TerraformOutput(this, "load_balancer_dns_name", { value: this.loadBalancer.dnsName });
    const named = nameOf(hosts);
    new TerraformOutput(this, "url", { value: named === undefined ? this.loadBalancer.url : `https://${named}` });
    const outputs = [...this.services].map(([key, each]) => {
      // No certificate covers the load balancer's own name, so one that takes any is asked by one that is covered.
      const { migrateCommand, hosts: own = hosts } = environment.services[key] ?? {};
      return [key, serviceOutput(each, this.cluster.name, { migrateCommand, host: nameOf(own) })];
    });
    new TerraformOutput(this, "services", { value: Object.fromEntries(outputs) });
  }

  private service(key: string, service: Service, surroundings: Surroundings): WebService | WorkerService {
    const made = this.construct(key, service, surroundings);
    if (service.media !== undefined) surroundings.media?.grant(made.template.roles.taskRole);
    return made;
  }

  /** One with a port is behind the load balancer. */
  private construct(key: string, service: Service, surroundings: Surroundings): WebService | WorkerService {
    const { environment, network } = surroundings;
    const { cpu, memory, desiredCount, architecture, logRetentionDays, shell, port, healthCheckPath } = service;
    const container = containerOf(service, { ...surroundings, loadBalancer: this.loadBalancer });
    const props = {
      name: `${environment.name}-${key}`,
      network,
      cluster: this.cluster,
      size: { cpu, memory, desiredCount, architecture },
      executeCommand: shell,
      roles: rolePlacement(environment),
      ...(logRetentionDays !== undefined && { logRetentionDays }),
    };
    if (port === undefined || healthCheckPath === undefined)
      return new WorkerService(this, key, { ...props, container });
    const route = routeOf(service, this.loadBalancer);
    return new WebService(this, key, { ...props, container: { ...container, port, healthCheckPath }, route });
  }
}

interface Surroundings extends ServiceStackProps {
  readonly environment: Environment;
}

function routeOf(service: Service, loadBalancer: LoadBalancer): WebServiceProps["route"] {
  const { priority = 100, paths = ["/*"], hosts, healthCheckGraceSeconds, deregistrationDelaySeconds } = service;
  return {
    loadBalancer,
    priority,
    paths,
    ...(hosts !== undefined && { hosts }),
    ...(healthCheckGraceSeconds !== undefined && { healthCheckGraceSeconds }),
    ...(deregistrationDelaySeconds !== undefined && { deregistrationDelaySeconds }),
  };
}

function containerOf(
  service: Service,
  { environment, image, media, loadBalancer }: Surroundings & { readonly loadBalancer: LoadBalancer },
): Container {
  const { account, region } = environment;
  const { containerName, command, stopTimeoutSeconds, readonlyRootFilesystem } = service;
  const arnOf = (secret: string) =>
    secret.startsWith("/") ? `arn:aws:ssm:${region}:${account}:parameter${secret}` : secret;
  return {
    name: containerName,
    image,
    readonlyRootFilesystem,
    ...(stopTimeoutSeconds !== undefined && { stopTimeoutSeconds }),
    ...(command !== undefined && { command }),
    environment: {
      ...mapValues(service.environment, (given) => {
        const value = withNames(given, service, environment);
        return value.includes("{load-balancer}")
          ? literal(value).replaceAll("{load-balancer}", loadBalancer.dnsName)
          : value;
      }),
      ...(service.media !== undefined && media !== undefined && { MEDIA_BUCKET: media.bucketName }),
    },
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
  /** Absent, as `health_check_path` and `target_group_arn`, where no load balancer sends requests. */
  readonly container_port?: number;
  /** ARN of the revision that deployments render from. */
  readonly template_task_definition: string;
  readonly task_definition_family: string;
  /** The desired count. A deployment sets it, Terraform does not. */
  readonly desired_count: number;
  readonly health_check_path?: string;
  readonly target_group_arn?: string;
  /** Name that requests must have; absent where any will do. */
  readonly host?: string;
  readonly log_group: string;
  readonly task_role_arn: string;
  readonly execution_role_arn: string;
  /** Command of the one-off task that a deployment runs first; absent if the service has none. */
  readonly migrate_command?: readonly string[];
}

function serviceOutput(
  service: WebService | WorkerService,
  clusterName: string,
  { migrateCommand, host }: Pick<Service, "migrateCommand"> & { readonly host: string | undefined },
): ServiceOutput {
  const { template, container } = service;
  return {
    cluster: clusterName,
    service: service.service.name,
    container_name: container.name,
    ...(service instanceof WebService && { container_port: service.container.port }),
    template_task_definition: template.taskDefinition.arn,
    task_definition_family: template.taskDefinition.family,
    desired_count: service.desiredCount,
    ...(service instanceof WebService && {
      health_check_path: service.container.healthCheckPath ?? "/",
      target_group_arn: service.targetGroup.arn,
    }),
    log_group: template.logGroup.name,
    task_role_arn: template.roles.taskRole.arn,
    execution_role_arn: template.roles.executionRole.arn,
    ...(host !== undefined && service instanceof WebService && { host }),
    ...(migrateCommand !== undefined && { migrate_command: migrateCommand }),
  };
}

/** A name that the hosts of a rule match, of which each may hold wildcards. */
function nameOf(hosts: readonly string[]): string | undefined {
  const plain = hosts.find((host) => !/[*?]/.test(host));
  return plain ?? hosts[0]?.replaceAll("*", "www").replaceAll("?", "w");
}
