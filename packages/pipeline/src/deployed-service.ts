/** A service that may be deployed, by its names: nothing of it has to be there yet. */
export interface DeployedService {
  /** Of the ECS service and of its task definition's family. */
  readonly name: string;
  readonly logGroup: string;
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
  /** Its deployments run a task of their own first. @default false */
  readonly migrates?: boolean;
}
