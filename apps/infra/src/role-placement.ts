import type { RolePlacement } from "@slipway/core";
import { boundaryArn, taskRolePath } from "@slipway/pipeline";
import type { Environment } from "./environment.ts";

/** The apply role may create roles only under this path and with the permissions boundary that `bootstrap` creates. */
export function rolePlacement(environment: Pick<Environment, "name" | "account" | "stateBucket">): RolePlacement {
  const path = taskRolePath(environment.name);
  return environment.stateBucket === undefined ? { path } : { path, permissionsBoundary: boundaryArn(environment) };
}
