import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { policy, type RolePlacement } from "@slipway/core";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { shortName } from "./names.ts";

/** Which connections are recorded: none, those that a group or an ACL refuses, or all. */
export type FlowLogsTraffic = "none" | "rejects" | "all";

export interface FlowLogsProps {
  readonly name: string;
  readonly vpc: Vpc;
  readonly traffic: Exclude<FlowLogsTraffic, "none">;
  readonly role?: RolePlacement;
}

/** Records who talks to whom in a network, of zones that come later too, and keeps it for 30 days. */
export class FlowLogs extends Construct {
  readonly logGroup: CloudwatchLogGroup;
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly flowLog: FlowLog;

  constructor(scope: Construct, id: string, { name, vpc, traffic, role = {} }: FlowLogsProps) {
    super(scope, id);
    this.logGroup = new CloudwatchLogGroup(this, "log", { name: `/vpc/${name}/flow-logs`, retentionInDays: 30 });
    this.role = new IamRole(this, "role", {
      name: shortName(`${name}-flow-logs`, 64),
      ...role,
      description: `Writes the flow logs of ${name}`,
      assumeRolePolicy: trust(vpc),
    });
    this.policy = new IamRolePolicy(this, "policy", {
      name: "write",
      role: this.role.name,
      policy: policy([
        {
          Sid: "Log",
          Effect: "Allow",
          // Without CreateLogGroup, by which a delivery under way would bring the group back once it is destroyed.
          Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          Resource: `${this.logGroup.arn}:*`,
        },
      ]),
    });
    this.flowLog = new FlowLog(this, "flow-log", {
      vpcId: vpc.id,
      trafficType: { rejects: "REJECT", all: "ALL" }[traffic],
      logDestinationType: "cloud-watch-logs",
      // Not logGroupName, which provider 6 does not know any more.
      logDestination: this.logGroup.arn,
      iamRoleArn: this.role.arn,
      maxAggregationInterval: 600,
      tags: { Name: name },
      // What cannot be delivered is lost.
      dependsOn: [this.policy],
    });
  }
}

/** Only flow logs of the network's own account and region get the role ("confused deputy"). */
function trust(vpc: Vpc): string {
  const part = (index: number) => Fn.element(Fn.split(":", vpc.arn), index) as string;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:${part(1)}:ec2:${part(3)}:${part(4)}:vpc-flow-log/*` },
          StringEquals: { "aws:SourceAccount": part(4) },
        },
      },
    ],
  });
}
