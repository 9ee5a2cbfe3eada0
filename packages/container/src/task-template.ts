import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { RolePlacement } from "@slipway/core";
import { Construct } from "constructs";
import type { Cluster } from "./cluster.ts";
import { type Container, containerDefinition, type WebContainer } from "./container-definition.ts";
import { fargateSizeError } from "./fargate-size.ts";
import { retentionError } from "./service-limits.ts";
import { TaskRoles } from "./task-roles.ts";

export interface TaskTemplateProps {
  /** The task definition's family. */
  readonly name: string;
  readonly region: string;
  readonly cluster: Cluster;
  readonly container: Container | WebContainer;
  readonly size: TaskSize;
  readonly logRetentionDays: number;
  readonly executeCommand: boolean;
  readonly roles?: RolePlacement;
}

/** The shape of a service's tasks as a task definition that nobody runs: deployments render from it, with a digest in place of the image. */
export class TaskTemplate extends Construct {
  readonly logGroup: CloudwatchLogGroup;
  readonly roles: TaskRoles;
  readonly taskDefinition: EcsTaskDefinition;

  constructor(scope: Construct, id: string, props: TaskTemplateProps) {
    super(scope, id);
    const { name, region, cluster, container, size, logRetentionDays, executeCommand, roles } = props;
    const { cpu, memory, architecture = "X86_64" } = size;
    checkSize(cpu, memory);
    checkRetention(logRetentionDays);
    this.logGroup = new CloudwatchLogGroup(this, "log", { name: `/ecs/${name}`, retentionInDays: logRetentionDays });
    this.roles = new TaskRoles(this, "roles", {
      name,
      cluster,
      container,
      executeCommand,
      logGroupArn: this.logGroup.arn,
      ...(roles !== undefined && { placement: roles }),
    });
    this.taskDefinition = new EcsTaskDefinition(this, "definition", {
      family: name,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(cpu),
      memory: String(memory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: architecture },
      taskRoleArn: this.roles.taskRole.arn,
      executionRoleArn: this.roles.executionRole.arn,
      // An empty volume on the task's own disk. Root's alone unless the image declares VOLUME /tmp, hence only where needed.
      ...(container.readonlyRootFilesystem !== false && { volume: [{ name: "tmp" }] }),
      containerDefinitions: JSON.stringify([
        containerDefinition(container, { group: this.logGroup.name, region }, { executeCommand }),
      ]),
      // A rollback may want any earlier revision; deregistering would make it INACTIVE.
      skipDestroy: true,
      // Without it, ECS refuses to start the task that deploy-service puts in the template's place.
      dependsOn: [this.roles.executionPolicy],
    });
  }
}

function checkSize(cpu: number, memory: number): void {
  const error = fargateSizeError(cpu, memory);
  if (error !== undefined) throw new Error(`size.${error.field} (${{ cpu, memory }[error.field]}) ${error.must}`);
}

function checkRetention(days: number): void {
  const error = retentionError(days);
  if (error !== undefined) throw new Error(`logRetentionDays (${days}) ${error}`);
}

/** How big and how many the tasks are. */
export interface TaskSize {
  /** CPU units; 1024 is one vCPU. */
  readonly cpu: number;
  /** MiB; must be a size Fargate sells with `cpu`. */
  readonly memory: number;
  /** The count that `deploy-service` sets; Terraform creates the service with none. */
  readonly desiredCount: number;
  /** What the image is built for. @default "X86_64" */
  readonly architecture?: "X86_64" | "ARM64";
}
