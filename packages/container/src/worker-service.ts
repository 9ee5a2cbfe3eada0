import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { SecurityGroup } from "@slipway/network";
import { Construct } from "constructs";
import type { Container } from "./container-definition.ts";
import { ecsService, type FargateServiceProps, taskTemplate } from "./fargate-service.ts";
import type { TaskTemplate } from "./task-template.ts";

export interface WorkerServiceProps extends FargateServiceProps {
  readonly container: Container;
}

/** A service on Fargate that nobody sends requests to, such as a queue's worker or a scheduler: a `WebService` without load balancer. */
export class WorkerService extends Construct {
  readonly template: TaskTemplate;
  readonly securityGroup: SecurityGroup;
  readonly service: EcsService;
  readonly container: Container;
  /** The count that a deployment sets. */
  readonly desiredCount: number;

  constructor(scope: Construct, id: string, props: WorkerServiceProps) {
    super(scope, id);
    const { name, network, container, size } = props;
    this.container = container;
    this.desiredCount = size.desiredCount;
    this.template = taskTemplate(this, props);
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name,
      network,
      description: "Tasks that nothing connects to",
    });
    this.securityGroup.allowToAnywhere();
    this.service = ecsService(this, props, { template: this.template, securityGroup: this.securityGroup });
  }
}
