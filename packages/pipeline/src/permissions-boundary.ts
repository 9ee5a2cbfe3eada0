import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { type PolicyStatement, statement } from "@slipway/core";
import { Construct } from "constructs";
import type { EnvironmentScope } from "./environment-scope.ts";
import { boundaryArn, boundaryName, type RoleKind } from "./role-kinds.ts";

export interface PermissionsBoundaryProps {
  readonly environmentScope: Omit<EnvironmentScope, "state">;
  /** Whose roles it limits. The next two are for tasks alone. @default "tasks" */
  readonly kind?: RoleKind;
  /** ARNs of secrets outside the environment's own (`/<name>/…` and `<name>/…`). @default none */
  readonly secrets?: readonly string[];
  /** IAM actions, wildcards allowed, that the apps themselves may be given, such as `s3:GetObject`. @default none */
  readonly taskActions?: readonly string[];
}

/**
 * The most that any role of a kind made by the environment's stacks can do, whatever its own policies say. Tasks pull images, write their
 * logs, read the environment's secrets, keep uploads where there is a bucket for them, open a shell; functions and flow logs write their
 * logs. An app that uses more of AWS has to be given it here first, by `bootstrap`. Who took such a role with a token of an identity
 * provider, such as GitHub's, can do nothing with it.
 */
export class PermissionsBoundary extends Construct {
  readonly policy: IamPolicy;
  /** Written out, so that others can name it without a reference. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: PermissionsBoundaryProps) {
    super(scope, id);
    const { environmentScope, kind = "tasks", secrets = [], taskActions = [] } = props;
    const { name } = environmentScope;
    checkActions(taskActions);
    this.arn = boundaryArn(environmentScope, kind);
    this.policy = new IamPolicy(this, "policy", {
      name: boundaryName(name, kind),
      description: `The most that roles of ${name} can do${kind === "tasks" ? "" : ` (${kind})`}`,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          ...(kind === "tasks" ? taskStatements(environmentScope, secrets) : logStatements(environmentScope, kind)),
          // An apply writes the trust policies of its roles, and a job can request a token that matches one.
          statement.deny("NoJobs", ["*"], "*", { Null: { "aws:FederatedProvider": "false" } }),
          ...(kind === "tasks" ? mediaStatements(environmentScope) : []),
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
  ];
}

/** What `MediaBucket.grant` gives, at the most. */
function mediaStatements({ parts = {} }: PermissionsBoundaryProps["environmentScope"]): PolicyStatement[] {
  const { mediaBucketArn: bucket } = parts;
  const actions = ["AbortMultipartUpload", "DeleteObject", "GetObject", "ListBucket", "PutObject"];
  const named = actions.map((action) => `s3:${action}`);
  return bucket === undefined ? [] : [statement.allow("Uploads", named, [bucket, `${bucket}/*`])];
}

function logStatements(
  { name, account, region }: PermissionsBoundaryProps["environmentScope"],
  kind: Exclude<RoleKind, "tasks">,
): PolicyStatement[] {
  const group = { functions: `/aws/lambda/${name}-*`, "flow-logs": `/vpc/${name}/flow-logs:*` }[kind];
  const more = { functions: [], "flow-logs": ["logs:DescribeLogStreams"] }[kind];
  const actions = ["logs:CreateLogStream", ...more, "logs:PutLogEvents"];
  return [statement.allow("Log", actions, `arn:aws:logs:${region}:${account}:log-group:${group}`)];
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
