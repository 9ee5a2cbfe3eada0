import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import {
  ListenerRoute,
  type LoadBalancer,
  type NetworkSource,
  SecurityGroup,
  TargetGroup,
  type TargetGroupProps,
} from "@slipway/network";
import { Construct } from "constructs";
import type { WebContainer } from "./container-definition.ts";
import { ecsService, type FargateServiceProps, taskTemplate } from "./fargate-service.ts";
import { healthCheckGrace } from "./service-limits.ts";
import type { TaskTemplate } from "./task-template.ts";

export interface WebServiceProps extends FargateServiceProps {
  readonly container: WebContainer;
  /** What the load balancer sends here, and how patient it is. */
  readonly route: Pick<TargetGroupProps, "deregistrationDelaySeconds" | "stickiness" | "slowStartSeconds"> & {
    readonly loadBalancer: LoadBalancer;
    readonly priority: number;
    readonly paths?: readonly string[];
    readonly hosts?: readonly string[];
    /** How long failed health checks are ignored after a task's start. @default 60 */
    readonly healthCheckGraceSeconds?: number;
  };
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
    const { name, network, container, size, route } = props;
    const { loadBalancer, priority, paths, hosts, healthCheckGraceSeconds = 60, ...targets } = route;
    const { port, healthCheckPath = "/" } = container;
    checkGrace(healthCheckGraceSeconds);
    this.container = container;
    this.desiredCount = size.desiredCount;
    this.template = taskTemplate(this, props);
    this.targetGroup = new TargetGroup(this, "targets", { name, network, port, healthCheckPath, ...targets });
    this.route = new ListenerRoute(this, "route", {
      loadBalancer,
      priority,
      targetGroup: this.targetGroup,
      ...(paths !== undefined && { paths }),
      ...(hosts !== undefined && { hosts }),
    });
    this.securityGroup = taskSecurityGroup(this, { name, network, loadBalancer, port });
    this.service = ecsService(this, props, {
      template: this.template,
      securityGroup: this.securityGroup,
      requests: { targetGroup: this.targetGroup, rule: this.route.rule, port, healthCheckGraceSeconds },
    });
  }
}

function checkGrace(seconds: number): void {
  const { min, max } = healthCheckGrace;
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw new Error(
      `route.healthCheckGraceSeconds (${seconds}) must be a whole number from ${min} to ${max}; leave it out for 60.`,
    );
  }
}

interface TaskSecurityGroupProps {
  readonly name: string;
  readonly network: NetworkSource;
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
