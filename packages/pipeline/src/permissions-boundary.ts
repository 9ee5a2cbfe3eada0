import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { type PolicyStatement, statement } from "@slipway/core";
import { Construct } from "constructs";
import { boundaryArn, type EnvironmentScope } from "./environment-scope.ts";

export interface PermissionsBoundaryProps {
  readonly environmentScope: Omit<EnvironmentScope, "state">;
  /** ARNs of secrets outside the environment's own (`/<name>/…` and `<name>/…`). @default none */
  readonly secrets?: readonly string[];
  /** Bucket of uploads, whose objects tasks may be given. @default none */
  readonly mediaBucketArn?: string;
  /** IAM actions, wildcards allowed, that the apps themselves may be given, such as `s3:GetObject`. @default none */
  readonly taskActions?: readonly string[];
}

/**
 * The most that any role made by the environment's stacks can do, whatever its own policies say: pull images, write the logs, read
 * the environment's secrets, read and write uploads, open a shell. An app that uses more of AWS has to be given it here first, by `bootstrap`. Who took such a
 * role with a token of an identity provider, such as GitHub's, can do nothing with it.
 */
export class PermissionsBoundary extends Construct {
  readonly policy: IamPolicy;
  /** Written out, so that others can name it without a reference. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: PermissionsBoundaryProps) {
    super(scope, id);
    const { environmentScope, secrets = [], mediaBucketArn, taskActions = [] } = props;
    checkActions(taskActions);
    this.arn = boundaryArn(environmentScope);
    this.policy = new IamPolicy(this, "policy", {
      name: `${environmentScope.name}-boundary`,
      description: `The most that roles of ${environmentScope.name} can do`,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          ...taskStatements(environmentScope, secrets),
          ...(mediaBucketArn === undefined ? [] : [uploadStatement(mediaBucketArn)]),
          ...(taskActions.length > 0 ? [appStatement(taskActions)] : []),
        ],
      }),
      // Without the policy, roles that carry it would have no boundary.
      lifecycle: { preventDestroy: true },
    });
  }
}

function taskStatements(
  environmentScope: PermissionsBoundaryProps["environmentScope"],
  secrets: readonly string[],
): PolicyStatement[] {
  const { name, account, region } = environmentScope;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  return [
    statement.allow(
      "Pull",
      [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
      ],
      "*",
    ),
    statement.allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], arn("logs", `log-group:/ecs/${name}-*`)),
    statement.allow(
      "Secrets",
      ["secretsmanager:GetSecretValue", "ssm:GetParameters"],
      [arn("ssm", `parameter/${name}/*`), arn("secretsmanager", `secret:${name}/*`), ...secrets],
    ),
    statement.allow("SecretKeys", ["kms:Decrypt"], "*", {
      StringEquals: { "kms:ViaService": [`secretsmanager.${region}.amazonaws.com`, `ssm.${region}.amazonaws.com`] },
    }),
    statement.allow("Shell", ["ssmmessages:*"], "*"),
    // An apply writes the trust policies of its roles, and a job can request a token that matches one.
    statement.deny("NoJobs", ["*"], "*", { Null: { "aws:FederatedProvider": "false" } }),
  ];
}

/** What `MediaBucket.grant` gives, at the most. */
function uploadStatement(bucketArn: string): PolicyStatement {
  const actions = ["AbortMultipartUpload", "DeleteObject", "GetObject", "ListBucket", "PutObject"];
  return statement.allow(
    "Uploads",
    actions.map((action) => `s3:${action}`),
    [bucketArn, `${bucketArn}/*`],
  );
}

function appStatement(actions: readonly string[]): PolicyStatement {
  return statement.allow("App", actions, "*");
}

function checkActions(actions: readonly string[]): void {
  for (const action of actions) {
    if (!/^[a-z0-9-]+:[\w*]+$/.test(action) || /^(iam|organizations|account|sts):/.test(action)) {
      throw new Error(
        `taskActions (${action}) must be actions of one service other than iam, sts, organizations and account; a task that may change rights has no limits.`,
      );
    }
  }
}
