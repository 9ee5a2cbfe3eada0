import { type PolicyStatement, statement } from "@slipway/core";
import type { EnvironmentScope } from "./environment-scope.ts";

/**
 * What making, changing and removing the parts of our stacks takes. Networks and load balancers get their ids from AWS, so that no
 * ARN can be named before they are there: these rights are limited to the region.
 */
export function buildStatements(
  { name, account, region }: EnvironmentScope,
  existingVpcId?: string,
): readonly PolicyStatement[] {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const here = { StringEquals: { "aws:RequestedRegion": region } };
  return [
    ...(existingVpcId === undefined
      ? [statement.allow("Network", networkActions, "*", here)]
      : groupStatements(region, existingVpcId)),
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

/** In a network that somebody else manages there are security groups to make, and nothing else. */
function groupStatements(region: string, vpcId: string): readonly PolicyStatement[] {
  return [
    statement.allow("Groups", groupActions, groupArns(region)),
    // The VPC may be shared by another account.
    statement.allow("InNetwork", ["ec2:CreateSecurityGroup"], `arn:aws:ec2:${region}:*:vpc/${vpcId}`),
  ];
}

export function groupArns(region: string): readonly string[] {
  return ["security-group", "security-group-rule"].map((type) => `arn:aws:ec2:${region}:*:${type}/*`);
}

export const tagsOn = (service: string) => [`${service}:TagResource`, `${service}:UntagResource`];
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

const groupActions = networkActions.filter((action) => /SecurityGroup|Tags$/.test(action));

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

export const logActions = ["CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "PutRetentionPolicy"].map(
  (each) => `logs:${each}`,
);
