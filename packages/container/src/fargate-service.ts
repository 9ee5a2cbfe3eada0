import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import type { RolePlacement } from "@slipway/core";
import { checkName, type NetworkSource, type SecurityGroup, type TargetGroup } from "@slipway/network";
import type { Construct } from "constructs";
import type { Cluster } from "./cluster.ts";
import { type Container, checkContainer, type WebContainer } from "./container-definition.ts";
import { missingEndpoints } from "./endpoint-needs.ts";
import { type TaskSize, TaskTemplate } from "./task-template.ts";

/** What every service is given, with or without a load balancer. */
export interface FargateServiceProps {
  /** Of the service and its task definition's family; prefix of all other names. */
  readonly name: string;
  readonly network: NetworkSource;
  readonly cluster: Cluster;
  readonly container: Container | WebContainer;
  readonly size: TaskSize;
  /** @default 30 */
  readonly logRetentionDays?: number;
  /** Lets people with the right open a shell in a task; its agent needs a writable root file system. @default false */
  readonly executeCommand?: boolean;
  /** Where the roles of its tasks are made, and what limits them. @default path "/", no limit */
  readonly roles?: RolePlacement;
}

/** The template of a service's tasks. */
export function taskTemplate(scope: Construct, props: FargateServiceProps): TaskTemplate {
  const { name, network, cluster, container, size, logRetentionDays = 30, executeCommand = false, roles } = props;
  checkName("name", name);
  checkContainer(container);
  checkDesiredCount(size.desiredCount);
  checkShell(executeCommand, container);
  checkReach(props);
  return new TaskTemplate(scope, "task", {
    name,
    region: network.region,
    cluster,
    container,
    size,
    logRetentionDays,
    executeCommand,
    ...(roles !== undefined && { roles }),
  });
}

/** What leads requests to a service's tasks. */
export interface Requests {
  readonly targetGroup: TargetGroup;
  readonly rule: LbListenerRule;
  readonly port: number;
  readonly healthCheckGraceSeconds: number;
}

export interface EcsServiceParts {
  readonly template: TaskTemplate;
  readonly securityGroup: SecurityGroup;
  readonly requests?: Requests;
}

/** The service itself, created without tasks. */
export function ecsService(scope: Construct, props: FargateServiceProps, parts: EcsServiceParts): EcsService {
  const { name, network, cluster, container, executeCommand = false } = props;
  const { template, securityGroup, requests } = parts;
  return new EcsService(scope, "service", {
    name,
    cluster: cluster.arn,
    launchType: "FARGATE",
    taskDefinition: template.taskDefinition.arn,
    // The template's image does not exist: no task may start from it.
    desiredCount: 0,
    ...rollingUpdate,
    networkConfiguration: {
      subnets: [...network.privateSubnetIds],
      securityGroups: [securityGroup.id],
      assignPublicIp: false,
    },
    ...(requests !== undefined && behindLoadBalancer(container.name, requests)),
    enableExecuteCommand: executeCommand,
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
    // deploy-service owns both: Terraform would undo every deployment.
    lifecycle: { ignoreChanges: ["task_definition", "desired_count"] },
  });
}

/** New tasks come first, old ones go when the new are healthy; what does not become healthy is rolled back. */
const rollingUpdate = {
  deploymentMinimumHealthyPercent: 100,
  deploymentMaximumPercent: 200,
  deploymentCircuitBreaker: { enable: true, rollback: true },
  availabilityZoneRebalancing: "ENABLED",
};

function behindLoadBalancer(containerName: string, requests: Requests) {
  const { targetGroup, rule, port, healthCheckGraceSeconds } = requests;
  return {
    healthCheckGracePeriodSeconds: healthCheckGraceSeconds,
    loadBalancer: [{ targetGroupArn: targetGroup.arn, containerName, containerPort: port }],
    // ECS refuses a target group that no load balancer uses yet.
    dependsOn: [rule],
  };
}

/** Without NAT, a task starts only where its network has the endpoints that ECS asks for it. */
function checkReach({ name, network, container, executeCommand = false }: FargateServiceProps): void {
  const needs = { secrets: Object.values(container.secrets ?? {}), shell: executeCommand };
  const missing = missingEndpoints(needs, network.reachableServices);
  if (missing.length === 0) return;
  const there = network.reachableServices?.join(", ") || "none";
  throw new Error(
    `network.endpoints (${there}) must hold ${missing.join(", ")} for ${name}, since natGateways is "none"; name them, or set natGateways to "single".`,
  );
}

function checkDesiredCount(desiredCount: number): void {
  if (!Number.isInteger(desiredCount) || desiredCount < 0) {
    throw new Error(`size.desiredCount (${desiredCount}) must be a whole number from 0; 0 keeps the service stopped.`);
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations */
function checkShell(executeCommand: boolean, { readonlyRootFilesystem = true }: Container): void {
  if (executeCommand && readonlyRootFilesystem) {
    throw new Error(
      "executeCommand (true) must not be set with a read-only root file system, into which the agent of ECS Exec writes; set container.readonlyRootFilesystem to false.",
    );
  }
}
