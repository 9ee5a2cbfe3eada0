import type { EnvironmentScope } from "./environment-scope.ts";

/** Whom a role is made for. Each kind has a path and a boundary of its own, and may be passed to its own service alone. */
export type RoleKind = "tasks" | "functions" | "flow-logs";

/** The service of AWS that takes roles of a kind. */
export const serviceOf: Readonly<Record<RoleKind, string>> = {
  tasks: "ecs-tasks.amazonaws.com",
  functions: "lambda.amazonaws.com",
  "flow-logs": "vpc-flow-logs.amazonaws.com",
};

/** The ARN of a permissions boundary of an environment, so that stacks can name it without reading the one that makes it. */
export function boundaryArn(
  { name, account }: { readonly name: string; readonly account: string },
  kind: RoleKind = "tasks",
): string {
  return `arn:aws:iam::${account}:policy/${boundaryName(name, kind)}`;
}

/** No name of an environment ends so that its boundary could be another's. */
export function boundaryName(name: string, kind: RoleKind): string {
  return kind === "tasks" ? `${name}-boundary` : `${name}-boundary-${kind}`;
}

/** The path of the roles of one kind that an environment's stacks make; its apply role can make none outside these paths. */
export function rolePath(name: string, kind: RoleKind = "tasks"): string {
  return kind === "tasks" ? `/${name}/` : `/${name}/${kind}/`;
}

/** The kinds of roles that an environment's stacks make. */
export function roleKinds({ parts = {} }: Pick<EnvironmentScope, "parts">): readonly RoleKind[] {
  const { httpApi = "none", flowLogs = "none" } = parts;
  return [
    "tasks",
    ...(httpApi === "functions" ? (["functions"] as const) : []),
    ...(flowLogs === "logged" ? (["flow-logs"] as const) : []),
  ];
}

/**
 * ARNs of all roles of a kind. IAM's star goes over slashes: where the path of tasks has others below it, its roles are told apart by
 * their names, which begin with the environment's.
 */
export function rolesOf(scope: Pick<EnvironmentScope, "name" | "account" | "parts">, kind: RoleKind): string {
  const { name, account } = scope;
  const beginning = kind === "tasks" && roleKinds(scope).length > 1 ? `${name}-` : "";
  return `arn:aws:iam::${account}:role${rolePath(name, kind)}${beginning}*`;
}

/** The word of a kind in the name of a statement. */
export function kindWord(kind: RoleKind): string {
  return { tasks: "Tasks", functions: "Functions", "flow-logs": "FlowLogs" }[kind];
}
