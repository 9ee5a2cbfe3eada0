import type { ECSClient, Service } from "@aws-sdk/client-ecs";
import type { Log } from "@slipway/core";
import type { ImageDefinition } from "@slipway/ecs-deploy/images";
import type { DescribedTaskDefinition } from "@slipway/ecs-deploy/task-definition";
import type { ChangedField } from "./changed-fields.ts";
import type { MigrationOutcome } from "./migration.ts";

/** What is known of a deployment when it starts. */
export interface Deployment {
  readonly input: DeployServiceInput;
  readonly service: Service;
  readonly previous: DescribedTaskDefinition;
  readonly changes: readonly ChangedField[];
  /** Undefined when nothing was to be migrated. */
  readonly migrated: MigrationOutcome | undefined;
}

export interface DeployServiceInput {
  readonly cluster: string;
  readonly service: string;
  /** The template revision that Terraform owns. */
  readonly taskDefinition: string;
  readonly images: readonly ImageDefinition[];
  /** Undefined: the count stays as it is. */
  readonly desiredCount: number | undefined;
  readonly environment: readonly (readonly [string, string])[];
  /** Run as one task of the new revision before the service gets it. */
  readonly migrateCommand: readonly string[] | undefined;
  readonly migrateTimeoutMinutes: number;
  readonly timeoutMinutes: number;
  readonly pollSeconds: number;
  readonly allowRolledBack: boolean;
  /** Id of the workflow run; later runs have higher ids. Undefined: the order of runs is not checked. */
  readonly runId: number | undefined;
  /** Deploys although a newer run has deployed already. */
  readonly allowOlder: boolean;
  readonly dryRun: boolean;
}

export interface DeployTools {
  readonly ecs: ECSClient;
  readonly log: Log;
  readonly signal: AbortSignal;
}
