import { type PolicyStatement, statement } from "@slipway/core";
import { Construct } from "constructs";
import { buildStatements, roleStatements } from "./apply-permissions.ts";
import { denyOtherRoles, denySecrets } from "./deny-statements.ts";
import { boundaryArn, type EnvironmentPlace } from "./environment-scope.ts";
import type { GithubOidc } from "./github-oidc.ts";
import { GithubRole } from "./github-role.ts";
import { readActions } from "./plan-role.ts";
import { applyStatements } from "./state-access.ts";

export interface ApplyRoleProps {
  readonly github: GithubOidc;
  /** The GitHub environment whose jobs apply; it is limited to the main branch. */
  readonly githubEnvironment: string;
  readonly place: EnvironmentPlace;
  /** Keys in the state bucket, wildcards allowed, that only `bootstrap` writes. @default none */
  readonly guardedKeys?: readonly string[];
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
    const { github, githubEnvironment, place, guardedKeys = [], sessionMinutes } = props;
    this.role = new GithubRole(this, "role", {
      name: `${place.name}-apply`,
      description: `Applies reviewed plans of ${place.name}`,
      github,
      jobs: { environment: githubEnvironment },
      statements: [
        statement.allow("Read", readActions, "*"),
        ...applyStatements(place.state),
        ...buildStatements(place),
        ...roleStatements(place),
        ...applyGuards(place, guardedKeys),
        denyOtherRoles,
        denySecrets(place.account),
      ],
      ...(sessionMinutes !== undefined && { sessionMinutes }),
    });
  }
}

/** Refusals that hold whatever the role is given one day: nobody applies themselves more rights. */
function applyGuards(place: EnvironmentPlace, guardedKeys: readonly string[]): readonly PolicyStatement[] {
  const { name, account, state } = place;
  const iam = (resource: string) => `arn:aws:iam::${account}:${resource}`;
  return [
    statement.deny("Guarded", iamWrites, [
      boundaryArn(place),
      iam("oidc-provider/*"),
      ...["plan", "apply", "deploy"].map((role) => iam(`role/${name}-${role}`)),
      iam("user/*"),
      iam("group/*"),
    ]),
    // A condition that is absent differs too: without any boundary, this refuses.
    statement.deny("OnlyOurBoundary", ["iam:CreateRole", "iam:PutRolePermissionsBoundary"], "*", {
      StringNotEquals: { "iam:PermissionsBoundary": boundaryArn(place) },
    }),
    statement.deny("PassToTasksOnly", ["iam:PassRole"], "*", {
      StringNotEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
    statement.deny("RunsNothing", running, "*"),
    // Without the tag, nobody's: a new resource has none yet, and AWS makes some, such as a network's own security group, without.
    statement.deny("OthersStay", ["ec2:*", "elasticloadbalancing:*"], "*", {
      Null: { "aws:ResourceTag/Environment": "false" },
      StringNotEquals: { "aws:ResourceTag/Environment": name },
    }),
    statement.deny("BoundaryStays", ["iam:DeleteRolePermissionsBoundary"], "*"),
    statement.deny("BucketStays", bucketWrites, [state.bucketArn, `${state.bucketArn}/*`]),
    ...(guardedKeys.length === 0
      ? []
      : [
          statement.deny(
            "BootstrapOnly",
            ["s3:DeleteObject", "s3:PutObject"],
            guardedKeys.map((key) => `${state.bucketArn}/${key}`),
          ),
        ]),
  ];
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

/** A shell in a task, a task with a command of the caller's, a call of code that somebody else gave a role. */
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
