import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import {
  checkName,
  ListenerRoute,
  type LoadBalancer,
  type Network,
  SecurityGroup,
  TargetGroup,
} from "@slipway/network";
import { Construct } from "constructs";
import type { Cluster } from "./cluster.ts";
import { checkContainer, type WebContainer } from "./container-definition.ts";
import type { RolePlacement } from "./task-roles.ts";
import { type TaskSize, TaskTemplate } from "./task-template.ts";

export interface WebServiceProps {
  /** Of the service and its task definition's family; prefix of all other names. */
  readonly name: string;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly container: WebContainer;
  readonly size: TaskSize;
  /** What the load balancer sends here. */
  readonly route: {
    readonly loadBalancer: LoadBalancer;
    readonly priority: number;
    readonly paths?: readonly string[];
    readonly hosts?: readonly string[];
  };
  /** @default 30 */
  readonly logRetentionDays?: number;
  /** Lets people with the right open a shell in a task. @default false */
  readonly executeCommand?: boolean;
  /** Where the roles of its tasks are made, and what limits them. @default path "/", no limit */
  readonly roles?: RolePlacement;
}

/** A web app as an ECS service on Fargate behind a load balancer. Terraform owns its shape, deployments own image and count. */
export class WebService extends Construct {
  readonly template: TaskTemplate;
  readonly targetGroup: TargetGroup;
  readonly route: ListenerRoute;
  readonly securityGroup: SecurityGroup;
  readonly service: EcsService;
  readonly container: WebContainer;
  /** The count that a deployment sets. */
  readonly desiredCount: number;

  constructor(scope: Construct, id: string, props: WebServiceProps) {
    super(scope, id);
    const { name, network, cluster, container, size, route, logRetentionDays = 30, executeCommand = false } = props;
    const { roles } = props;
    checkName("name", name);
    checkContainer(container);
    checkDesiredCount(size.desiredCount);
    const { port, healthCheckPath = "/" } = container;
    this.container = container;
    this.desiredCount = size.desiredCount;
    this.template = new TaskTemplate(this, "task", {
      name,
      region: network.region,
      cluster,
      container,
      size,
      logRetentionDays,
      executeCommand,
      ...(roles !== undefined && { roles }),
    });
    this.targetGroup = new TargetGroup(this, "targets", { name, network, port, healthCheckPath });
    this.route = new ListenerRoute(this, "route", { ...route, targetGroup: this.targetGroup });
    this.securityGroup = taskSecurityGroup(this, { name, network, loadBalancer: route.loadBalancer, port });
    this.service = new EcsService(this, "service", {
      name,
      cluster: cluster.arn,
      launchType: "FARGATE",
      taskDefinition: this.template.taskDefinition.arn,
      // The template's image does not exist: no task may start from it.
      desiredCount: 0,
      ...rollingUpdate,
      healthCheckGracePeriodSeconds: 60,
      networkConfiguration: placement(network, this.securityGroup),
      loadBalancer: [{ targetGroupArn: this.targetGroup.arn, containerName: container.name, containerPort: port }],
      enableExecuteCommand: executeCommand,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // deploy-service owns both: Terraform would undo every deployment.
      lifecycle: { ignoreChanges: ["task_definition", "desired_count"] },
      // ECS refuses a target group that no load balancer uses yet.
      dependsOn: [this.route.rule],
    });
  }
}

/** New tasks come first, old ones go when the new are healthy; what does not become healthy is rolled back. */
const rollingUpdate = {
  deploymentMinimumHealthyPercent: 100,
  deploymentMaximumPercent: 200,
  deploymentCircuitBreaker: { enable: true, rollback: true },
  availabilityZoneRebalancing: "ENABLED",
};

/** Without NAT, private subnets reach no image registry: tasks then get public addresses, which their group closes. */
function placement(network: Network, securityGroup: SecurityGroup) {
  const exposed = network.natGateways === "none";
  return {
    subnets: [...(exposed ? network.publicSubnetIds : network.privateSubnetIds)],
    securityGroups: [securityGroup.id],
    assignPublicIp: exposed,
  };
}

interface TaskSecurityGroupProps {
  readonly name: string;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly port: number;
}

function taskSecurityGroup(scope: Construct, props: TaskSecurityGroupProps): SecurityGroup {
  const { name, network, loadBalancer, port } = props;
  const group = new SecurityGroup(scope, "security-group", { name, network, description: "Tasks of a web service" });
  group.allowFrom(loadBalancer.securityGroup, port);
  group.allowToAnywhere();
  loadBalancer.securityGroup.allowTo(group, port);
  return group;
}

function checkDesiredCount(desiredCount: number): void {
  if (!Number.isInteger(desiredCount) || desiredCount < 0) {
    throw new Error(`size.desiredCount (${desiredCount}) must be a whole number from 0; 0 keeps the service stopped.`);
  }
}
