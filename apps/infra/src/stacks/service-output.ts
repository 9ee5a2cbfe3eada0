import type { WebService } from "@slipway/container";

/** One entry of the output `services`: all that a deployment needs to know. */
export interface ServiceOutput {
  readonly cluster: string;
  readonly service: string;
  readonly container_name: string;
  readonly container_port: number;
  /** ARN of the revision that deployments render from. */
  readonly template_task_definition: string;
  readonly task_definition_family: string;
  /** The wanted count; Terraform itself never sets it. */
  readonly desired_count: number;
  readonly health_check_path: string;
  readonly target_group_arn: string;
  readonly log_group: string;
  readonly task_role_arn: string;
  readonly execution_role_arn: string;
  /** What a deployment runs first, as one task; absent where the service names nothing. */
  readonly migrate_command?: readonly string[];
}

export function serviceOutput(
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
