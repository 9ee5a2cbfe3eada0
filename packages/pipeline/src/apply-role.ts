import { type PolicyStatement, statement } from "@slipway/core";
import { Construct } from "constructs";
import { buildStatements, groupArns } from "./apply-permissions.ts";
import { denyOtherRoles, denySecrets } from "./deny-statements.ts";
import type { EnvironmentScope } from "./environment-scope.ts";
import type { GithubOidc } from "./github-oidc.ts";
import { GithubRole, policyName } from "./github-role.ts";
import { partPolicies } from "./part-permissions.ts";
import { readActions } from "./plan-role.ts";
import { boundaryArn, roleKinds } from "./role-kinds.ts";
import { roleGuards, roleStatements } from "./role-statements.ts";
import { applyStatements } from "./state-access.ts";

export interface ApplyRoleProps {
  readonly github: GithubOidc;
  /** The GitHub environment whose jobs apply; it is limited to the main branch. */
  readonly githubEnvironment: string;
  readonly environmentScope: EnvironmentScope;
  /** Keys in the state bucket, wildcards allowed, that only `bootstrap` writes. @default none */
  readonly protectedKeys?: readonly string[];
  /** The VPC of a network that somebody else manages: the role makes security groups in it and changes nothing of it. @default the stacks make the network */
  readonly existingVpcId?: string;
  /** @default 60 */
  readonly sessionMinutes?: number;
}

/**
 * The role `<name>-apply`: makes what the stacks are made of, and roles only under the environment's path and within its
 * permissions boundary. It can change neither the boundary, the provider, the roles of the pipeline nor the state bucket itself, and
 * nothing in EC2 and load balancing whose tag `Environment` is another name. It takes no other role and runs nothing.
 */
export class ApplyRole extends Construct {
  readonly role: GithubRole;

  constructor(scope: Construct, id: string, props: ApplyRoleProps) {
    super(scope, id);
    const { github, githubEnvironment, environmentScope, protectedKeys = [], existingVpcId, sessionMinutes } = props;
    this.role = new GithubRole(this, "role", {
      name: `${environmentScope.name}-apply`,
      description: `Applies reviewed plans of ${environmentScope.name}`,
      github,
      jobs: { environment: githubEnvironment },
      statements: [
        statement.allow("Read", applyReads, "*"),
        ...applyStatements(environmentScope.state),
        ...buildStatements(environmentScope, existingVpcId),
        ...roleStatements(environmentScope),
        ...applyDenyStatements(environmentScope, protectedKeys, existingVpcId),
        denyOtherRoles,
        denySecrets(environmentScope.account),
      ],
      policies: partPolicies(environmentScope),
      ...(sessionMinutes !== undefined && { sessionMinutes }),
    });
  }
}

/**
 * What a plan reads, and whatever the provider looks at while it makes, waits for and removes: what still uses a subnet, how far a
 * deployment is. These are not named, because an apply must not end halfway for a call that it makes in one case of a hundred.
 */
const applyReads = [
  "ec2:Describe*",
  "ecs:Describe*",
  "ecs:List*",
  "elasticloadbalancing:Describe*",
  "iam:ListInstanceProfilesForRole",
  "iam:ListPolicyVersions",
  ...readActions.filter((action) => !/^(ec2|ecs|elasticloadbalancing):/.test(action)),
];

/** Deny statements that hold whatever other policies the role gets, so that an apply cannot extend its own permissions. */
function applyDenyStatements(
  environmentScope: EnvironmentScope,
  protectedKeys: readonly string[],
  existingVpcId: string | undefined,
): readonly PolicyStatement[] {
  const { name, account, state } = environmentScope;
  const attached = Object.keys(partPolicies(environmentScope));
  const iam = (resource: string) => `arn:aws:iam::${account}:${resource}`;
  return [
    statement.deny("Guarded", iamWrites, [
      ...roleKinds(environmentScope).map((kind) => boundaryArn(environmentScope, kind)),
      ...attached.map((policy) => iam(`policy/${policyName(`${name}-apply`, policy)}`)),
      iam("oidc-provider/*"),
      ...["plan", "apply", "deploy"].map((role) => iam(`role/${name}-${role}`)),
      iam("user/*"),
      iam("group/*"),
    ]),
    ...roleGuards(environmentScope),
    statement.deny("RunsNothing", running, "*"),
    othersStay(environmentScope, existingVpcId),
    statement.deny("BoundaryStays", ["iam:DeleteRolePermissionsBoundary"], "*"),
    statement.deny("BucketStays", bucketWrites, [state.bucketArn, `${state.bucketArn}/*`]),
    ...(protectedKeys.length === 0
      ? []
      : [
          statement.deny(
            "BootstrapOnly",
            ["s3:DeleteObject", "s3:PutObject"],
            protectedKeys.map((key) => `${state.bucketArn}/${key}`),
          ),
        ]),
  ];
}

/**
 * Resources without the tag are not denied: new ones have none yet, and AWS creates some without, such as default security groups. A
 * network that is there may carry a tag of that name for reasons of its own.
 */
function othersStay({ name, region }: EnvironmentScope, existingVpcId: string | undefined): PolicyStatement {
  const resources =
    existingVpcId === undefined ? "*" : [...groupArns(region), `arn:aws:elasticloadbalancing:${region}:*:*`];
  return statement.deny("OthersStay", ["ec2:*", "elasticloadbalancing:*"], resources, {
    Null: { "aws:ResourceTag/Environment": "false" },
    StringNotEquals: { "aws:ResourceTag/Environment": name },
  });
}

const iamWrites = [
  "Add",
  "Attach",
  "Change",
  "Create",
  "Deactivate",
  "Delete",
  "Detach",
  "Enable",
  "PassRole",
  "Put",
  "Remove",
  "Reset",
  "Set",
  "Tag",
  "Untag",
  "Update",
  "Upload",
].map((each) => (each === "PassRole" ? "iam:PassRole" : `iam:${each}*`));

/** Actions that run code under another role: a shell in a task, a task, a function. */
const running = [
  "ecs:ExecuteCommand",
  "ecs:RunTask",
  "ecs:StartTask",
  "lambda:Invoke*",
  "ssm:SendCommand",
  "ssm:StartAutomationExecution",
  "ssm:StartSession",
];

const bucketWrites = [
  "s3:BypassGovernanceRetention",
  "s3:DeleteBucket*",
  "s3:DeleteObjectVersion",
  "s3:PutAccelerateConfiguration",
  "s3:PutBucket*",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutObjectAcl",
  "s3:PutObjectVersionAcl",
  "s3:PutReplicationConfiguration",
];
