import { statement } from "@slipway/core";
import { Construct } from "constructs";
import { applyGuards } from "./apply-guards.ts";
import { buildStatements } from "./apply-permissions.ts";
import { denyOtherRoles } from "./deny-other-roles.ts";
import { denySecrets } from "./deny-statements.ts";
import type { EnvironmentPlace } from "./environment-scope.ts";
import type { GithubOidc } from "./github-oidc.ts";
import { GithubRole } from "./github-role.ts";
import { readActions } from "./read-actions.ts";
import { roleStatements } from "./role-statements.ts";
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
