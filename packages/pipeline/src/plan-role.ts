import { type PolicyStatement, statement } from "@slipway/core";
import { Construct } from "constructs";
import { denyOtherRoles, denySecrets } from "./deny-statements.ts";
import type { EnvironmentScope } from "./environment-scope.ts";
import type { GithubOidc } from "./github-oidc.ts";
import { GithubRole } from "./github-role.ts";
import { readStatements } from "./part-permissions.ts";
import { planWriterStatements, promisesOfMain } from "./state-access.ts";

export interface PlanRoleProps {
  readonly github: GithubOidc;
  /** Whose jobs plan: those that run on main, by its own workflows. A job of an environment has another subject. @default "refs/heads/main" */
  readonly ref?: string;
  readonly environmentScope: EnvironmentScope;
  /** @default 60 */
  readonly sessionMinutes?: number;
}

/** The role `<name>-plan`: reads what is there and the states, stores promises that it cannot read again, and changes nothing. */
export class PlanRole extends Construct {
  readonly role: GithubRole;

  constructor(scope: Construct, id: string, props: PlanRoleProps) {
    super(scope, id);
    const { github, ref = "refs/heads/main", environmentScope, sessionMinutes } = props;
    this.role = new GithubRole(this, "role", {
      name: `${environmentScope.name}-plan`,
      description: `Plans ${environmentScope.name} for a pull request: reads, and stores what its plan promises`,
      github,
      jobs: { ref },
      statements: planStatements(environmentScope),
      ...(sessionMinutes !== undefined && { sessionMinutes }),
    });
  }
}

/** Terraform plans with these rights what a pull request defines, before anybody has read it. */
function planStatements(environmentScope: EnvironmentScope): readonly PolicyStatement[] {
  const { state, account } = environmentScope;
  return [
    statement.allow("Read", readActions, "*"),
    ...readStatements(environmentScope),
    ...planWriterStatements(state),
    // A hash of a short secret can be guessed: what one pull request stored, another must not read.
    statement.deny("NoPromises", ["s3:GetObject", "s3:GetObjectVersion"], `${state.bucketArn}/${state.promisePrefix}*`),
    // Who approves an id approves what an apply made of main.
    statement.deny("NotForMain", ["s3:PutObject"], promisesOfMain(state)),
    denyOtherRoles,
    denySecrets(account),
  ];
}

/**
 * What the provider asks to compare our stacks with what is there, call by call: a test plans every stack and compares. None of it
 * returns a secret's value, an object, a log line, user data or a VPN's key. A resource of a new service needs its reads here, and its
 * writes in apply-permissions.ts; one that only some environments have, in part-permissions.ts.
 */
export const readActions = [
  "ec2:DescribeAddresses",
  "ec2:DescribeAddressesAttribute",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeNatGateways",
  "ec2:DescribeNetworkAcls",
  "ec2:DescribePrefixLists",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroupRules",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcAttribute",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeVpcs",
  // For a repository that is there.
  "ecr:DescribeImages",
  "ecr:DescribeRepositories",
  "ecr:GetLifecyclePolicy",
  "ecr:GetRepositoryPolicy",
  "ecr:ListTagsForResource",
  "ecs:DescribeClusters",
  "ecs:DescribeServices",
  "ecs:DescribeTaskDefinition",
  "elasticloadbalancing:DescribeCapacityReservation",
  "elasticloadbalancing:DescribeListenerAttributes",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "iam:GetOpenIDConnectProvider",
  "iam:GetPolicy",
  "iam:GetPolicyVersion",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListOpenIDConnectProviders",
  "iam:ListRolePolicies",
  "logs:DescribeLogGroups",
  "logs:ListTagsForResource",
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLogging",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetBucketWebsite",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  // By this one the provider reads a bucket's tags from 6.23 on; 5.x does not ask it.
  "s3:ListTagsForResource",
];
