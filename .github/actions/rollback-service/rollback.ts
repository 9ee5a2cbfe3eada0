import type { ECRClient } from "@aws-sdk/client-ecr";
import type { ECSClient, Service } from "@aws-sdk/client-ecs";
import type { Log } from "@slipway/core";
import type { DescribedTaskDefinition } from "@slipway/ecs-deploy/task-definition";

export interface RollbackServiceInput {
  readonly cluster: string;
  readonly service: string;
  /** `previous-successful`, `in-flight`, a revision number, `family:revision` or an ARN. */
  readonly to: string;
  readonly reason: string;
  /** What is left behind may be deployed again. */
  readonly allowAgain: boolean;
  readonly dryRun: boolean;
  readonly timeoutMinutes: number;
  readonly pollSeconds: number;
}

export interface RollbackTools {
  readonly ecs: ECSClient;
  readonly ecr: (region: string) => Promise<ECRClient>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What is rolled back, from where to where. */
export interface Rollback {
  readonly input: RollbackServiceInput;
  readonly service: Service;
  readonly from: DescribedTaskDefinition;
  readonly target: DescribedTaskDefinition;
}
