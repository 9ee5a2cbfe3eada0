import type { EnvironmentParts } from "./environment-parts.ts";
import type { StateLocation } from "./state-access.ts";

/** Name, account, region and state of an environment, for its roles. */
export interface EnvironmentScope {
  /** Prefix of everything it has in the account. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly state: StateLocation;
  /** What only some environments have. @default none: a network, an image repository, a load balancer and services */
  readonly parts?: EnvironmentParts;
}

/** A service that may be deployed, by its names: nothing of it has to be there yet. */
export interface DeployedService {
  /** Of the ECS service and of its task definition's family. */
  readonly name: string;
  readonly logGroup: string;
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
  /** Its deployments run a task of their own first. @default false */
  readonly migrates?: boolean;
  /** Its tasks let people open a shell, so that a deployment may too. @default false */
  readonly shell?: boolean;
}
