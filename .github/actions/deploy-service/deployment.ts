import type { Service } from "@aws-sdk/client-ecs";
import type { DescribedTaskDefinition } from "@slipway/ecs-deploy/task-definition";
import type { ChangedField } from "./changed-fields.ts";
import type { DeployServiceInput } from "./deploy-service.ts";
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
