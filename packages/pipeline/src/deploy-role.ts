import { Construct } from "constructs";
import { deployStatements } from "./deploy-statements.ts";
import type { DeployedService } from "./deployed-service.ts";
import type { EnvironmentPlace } from "./environment-scope.ts";
import type { GithubOidc } from "./github-oidc.ts";
import { GithubRole } from "./github-role.ts";

export interface DeployRoleProps {
  readonly github: GithubOidc;
  /** The GitHub environment whose jobs deploy and roll back; it is limited to the main branch. */
  readonly githubEnvironment: string;
  readonly place: Omit<EnvironmentPlace, "state">;
  /** Name of the ECS cluster. */
  readonly cluster: string;
  readonly services: readonly DeployedService[];
  /** Where the images are; pushing is for the environment that owns them. */
  readonly images: { readonly repositoryArn: string; readonly push: boolean };
  /** @default 60 */
  readonly sessionMinutes?: number;
}

/** The role `<name>-deploy`: what push-image, write-image-definitions, deploy-service and rollback-service call for these services, and no more. */
export class DeployRole extends Construct {
  readonly role: GithubRole;

  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id);
    const { github, githubEnvironment, place, cluster, services, images, sessionMinutes } = props;
    this.role = new GithubRole(this, "role", {
      name: `${place.name}-deploy`,
      description: `Deploys and rolls back the services of ${place.name}`,
      github,
      jobs: { environment: githubEnvironment },
      statements: deployStatements({ place, cluster, services, images }),
      ...(sessionMinutes !== undefined && { sessionMinutes }),
    });
  }
}
