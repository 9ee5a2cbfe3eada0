import { type PolicyStatement, statement } from "@slipway/core";
import type { EnvironmentScope } from "./environment-scope.ts";
import { boundaryArn, kindWord, type RoleKind, roleKinds, rolesOf, serviceOf } from "./role-kinds.ts";

/** Roles under the environment's path, and what they may only as far as they carry the boundary of their kind. */
export function roleStatements(environmentScope: EnvironmentScope): readonly PolicyStatement[] {
  const { name, account } = environmentScope;
  const [bound, passed] = kindStatements(environmentScope, "tasks");
  return [
    { ...bound, Sid: "BoundRoles" },
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
      `arn:aws:iam::${account}:role/${name}/*`,
    ),
    passed,
    // AWS makes these by itself when the first cluster or load balancer of an account is made, in the caller's name.
    serviceLinkedRoles("ServiceLinkedRoles", account, ["ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com"]),
  ];
}

/** Making roles of one kind within its boundary, and passing them to the service that they are for. */
export function kindStatements(
  environmentScope: EnvironmentScope,
  kind: RoleKind,
): readonly [PolicyStatement, PolicyStatement] {
  const roles = rolesOf(environmentScope, kind);
  const word = kindWord(kind);
  return [
    statement.allow(
      `Bound${word}`,
      [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ],
      roles,
      { StringEquals: { "iam:PermissionsBoundary": boundaryArn(environmentScope, kind) } },
    ),
    statement.allow(`PassTo${word}`, ["iam:PassRole"], roles, {
      StringEquals: { "iam:PassedToService": serviceOf[kind] },
    }),
  ];
}

export function serviceLinkedRoles(sid: string, account: string, services: string | readonly string[]) {
  return statement.allow(sid, ["iam:CreateServiceLinkedRole"], `arn:aws:iam::${account}:role/aws-service-role/*`, {
    StringEquals: { "iam:AWSServiceName": services },
  });
}

/** A deny of everything but what it names. */
export interface GuardStatement extends Omit<PolicyStatement, "Resource"> {
  readonly NotResource: string | readonly string[];
}

/** Deny statements for roles: none without one of our boundaries, and each to its own service alone, whatever else the role may. */
export function roleGuards(environmentScope: EnvironmentScope): readonly PolicyStatement[] {
  const kinds = roleKinds(environmentScope);
  const one = <T>(each: readonly T[]) => (each.length === 1 ? (each[0] as T) : each);
  return [
    // StringNotEquals also matches an absent key: a role without a boundary is denied.
    statement.deny("OnlyOurBoundary", ["iam:CreateRole", "iam:PutRolePermissionsBoundary"], "*", {
      StringNotEquals: { "iam:PermissionsBoundary": one(kinds.map((kind) => boundaryArn(environmentScope, kind))) },
    }),
    statement.deny(`PassTo${kinds.map(kindWord).join("And")}Only`, ["iam:PassRole"], "*", {
      StringNotEquals: { "iam:PassedToService": one(kinds.map((kind) => serviceOf[kind])) },
    }),
  ];
}

/** Where there are several kinds: to each service, no role but those of its own path. */
export function pathGuards(environmentScope: EnvironmentScope): readonly GuardStatement[] {
  return roleKinds(environmentScope).map((kind) => ({
    Sid: `${kindWord(kind)}TakeTheirOwn`,
    Effect: "Deny",
    Action: ["iam:PassRole"],
    NotResource: rolesOf(environmentScope, kind),
    Condition: { StringEquals: { "iam:PassedToService": serviceOf[kind] } },
  }));
}
