import { type PolicyStatement, statement } from "@slipway/core";
import type { EnvironmentPlace } from "./environment-scope.ts";

/**
 * What making, changing and removing the parts of our stacks takes. Networks and load balancers get their ids from AWS, so that no
 * ARN can be named before they are there: these rights are limited to the region.
 */
export function buildStatements({ name, account, region }: EnvironmentPlace): readonly PolicyStatement[] {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const here = { StringEquals: { "aws:RequestedRegion": region } };
  return [
    statement.allow("Network", networkActions, "*", here),
    statement.allow("Balance", balancerActions, "*", here),
    statement.allow(
      "Cluster",
      [...onEcs("CreateCluster", "DeleteCluster", "UpdateCluster*"), ...tagsOn("ecs")],
      [arn("ecs", `cluster/${name}`)],
    ),
    statement.allow(
      "Services",
      [...onEcs("CreateService", "DeleteService", "UpdateService"), ...tagsOn("ecs")],
      [arn("ecs", `service/${name}/*`)],
    ),
    statement.allow(
      "Tasks",
      [...onEcs("RegisterTaskDefinition"), ...tagsOn("ecs")],
      [arn("ecs", `task-definition/${name}-*`)],
    ),
    statement.allow("Images", [...repositoryActions, ...tagsOn("ecr")], [arn("ecr", `repository/${name}`)]),
    statement.allow("Logs", [...logActions, ...tagsOn("logs")], [arn("logs", `log-group:/ecs/${name}-*`)]),
  ];
}

const tagsOn = (service: string) => [`${service}:TagResource`, `${service}:UntagResource`];
const onEcs = (...names: readonly string[]) => names.map((each) => `ecs:${each}`);

const networkActions = [
  "AllocateAddress",
  "AssociateRouteTable",
  "AttachInternetGateway",
  "AuthorizeSecurityGroup*",
  "CreateInternetGateway",
  "CreateNatGateway",
  "CreateRoute",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateTags",
  "CreateVpc",
  "CreateVpcEndpoint",
  "DeleteInternetGateway",
  "DeleteNatGateway",
  "DeleteRoute",
  "DeleteRouteTable",
  "DeleteSecurityGroup",
  "DeleteSubnet",
  "DeleteTags",
  "DeleteVpc",
  "DeleteVpcEndpoints",
  "DetachInternetGateway",
  "DisassociateAddress",
  "DisassociateRouteTable",
  "ModifySecurityGroupRules",
  "ModifySubnetAttribute",
  "ModifyVpcAttribute",
  "ModifyVpcEndpoint",
  "ReleaseAddress",
  "ReplaceRoute",
  "ReplaceRouteTableAssociation",
  "RevokeSecurityGroup*",
  "UpdateSecurityGroupRuleDescriptions*",
].map((each) => `ec2:${each}`);

const balancerActions = ["AddTags", "Create*", "Delete*", "Modify*", "RemoveTags", "Set*"].map(
  (each) => `elasticloadbalancing:${each}`,
);

const repositoryActions = [
  "CreateRepository",
  "DeleteLifecyclePolicy",
  "DeleteRepository",
  "DeleteRepositoryPolicy",
  "PutImageScanningConfiguration",
  "PutImageTagMutability",
  "PutLifecyclePolicy",
  "SetRepositoryPolicy",
].map((each) => `ecr:${each}`);

const logActions = ["CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "PutRetentionPolicy"].map(
  (each) => `logs:${each}`,
);
