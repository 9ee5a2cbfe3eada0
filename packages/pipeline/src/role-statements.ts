import { type PolicyStatement, statement } from "@slipway/core";
import { boundaryArn } from "./boundary-arn.ts";
import type { EnvironmentPlace } from "./environment-scope.ts";
import { taskRolePath } from "./task-role-path.ts";

/** Roles under the environment's path, and what they may only as far as they carry its boundary. */
export function roleStatements(place: EnvironmentPlace): readonly PolicyStatement[] {
  const { name, account } = place;
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
      { StringEquals: { "iam:PermissionsBoundary": boundaryArn(place) } },
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
