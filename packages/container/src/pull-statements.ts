import type { Statement } from "@slipway/core";
import { pullActions } from "./pull-actions.ts";
import { registryLogin } from "./registry-login.ts";

/** Least rights to pull from one repository. */
export function pullStatements(repositoryArn: string): readonly Statement[] {
  return [registryLogin, { Sid: "Pull", Effect: "Allow", Action: pullActions, Resource: repositoryArn }];
}
