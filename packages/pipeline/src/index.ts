export { ApplyRole, type ApplyRoleProps } from "./apply-role.ts";
export { DeployRole, type DeployRoleProps } from "./deploy-role.ts";
export type { EnvironmentParts } from "./environment-parts.ts";
export type { DeployedService, EnvironmentScope } from "./environment-scope.ts";
export {
  type GithubJobs,
  GithubOidc,
  type GithubOidcProps,
  type GithubRepository,
  githubSubjects,
} from "./github-oidc.ts";
export { GithubRole, type GithubRoleProps } from "./github-role.ts";
export { PermissionsBoundary, type PermissionsBoundaryProps } from "./permissions-boundary.ts";
export { PlanRole, type PlanRoleProps } from "./plan-role.ts";
export { boundaryArn, type RoleKind, roleKinds, rolePath } from "./role-kinds.ts";
export { applyStatements, planWriterStatements, type StateLocation } from "./state-access.ts";
export { StateBackend, type StateBackendProps } from "./state-backend.ts";
