import type { RolePlacement } from "@slipway/core";
import { boundaryArn, type RoleKind, rolePath } from "@slipway/pipeline";
import type { Environment } from "./environment.ts";

/** The apply role may create roles of a kind only under its path and with its permissions boundary, which `bootstrap` creates. */
export function rolePlacement(
  environment: Pick<Environment, "name" | "account" | "stateBucket">,
  kind: RoleKind = "tasks",
): RolePlacement {
  const path = rolePath(environment.name, kind);
  if (environment.stateBucket === undefined) return { path };
  return { path, permissionsBoundary: boundaryArn(environment, kind) };
}
