import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { checkName } from "@slipway/network";
import { Construct } from "constructs";

export interface ClusterProps {
  readonly name: string;
  /** CloudWatch Container Insights: "enabled" for cluster and service figures, "enhanced" for each task and container. @default "enabled" */
  readonly containerInsights?: "disabled" | "enabled" | "enhanced";
}

/** An ECS cluster; on Fargate it is a name and what is measured. */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { name, containerInsights = "enabled" } = props;
    checkName("name", name);
    this.cluster = new EcsCluster(this, "cluster", {
      name,
      setting: [{ name: "containerInsights", value: containerInsights }],
    });
  }

  get name(): string {
    return this.cluster.name;
  }

  get arn(): string {
    return this.cluster.arn;
  }
}
