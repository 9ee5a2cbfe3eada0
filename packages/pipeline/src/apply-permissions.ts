import { type PolicyStatement, statement } from "@slipway/core";
import { boundaryArn, type EnvironmentScope, taskRolePath } from "./environment-scope.ts";

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

const logActions = ["CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "PutRetentionPolicy"].map(
  (each) => `logs:${each}`,
);

/** Roles under the environment's path, and what they may only as far as they carry its boundary. */
export function roleStatements(environmentScope: EnvironmentScope): readonly PolicyStatement[] {
  const { name, account } = environmentScope;
  const roles = `arn:aws:iam::${account}:role${taskRolePath(name)}*`;
  return [
    statement.allow(
      "BoundRoles",
      [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ],
      roles,
      { StringEquals: { "iam:PermissionsBoundary": boundaryArn(environmentScope) } },
    ),
    statement.allow(
      "Roles",
      [
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
      roles,
    ),
    statement.allow("PassToTasks", ["iam:PassRole"], roles, {
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
    // AWS makes these by itself when the first cluster or load balancer of an account is made, in the caller's name.
    statement.allow(
      "ServiceLinkedRoles",
      ["iam:CreateServiceLinkedRole"],
      `arn:aws:iam::${account}:role/aws-service-role/*`,
      { StringEquals: { "iam:AWSServiceName": ["ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com"] } },
    ),
  ];
}
