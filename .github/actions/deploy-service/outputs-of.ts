import { consoleUrl } from "@slipway/ecs-deploy/service";
import type { DescribedTaskDefinition } from "@slipway/ecs-deploy/task-definition";
import type { Deployment } from "./deployment.ts";

/** The outputs of a deployment; `details` say how it ended. */
export function outputsOf(
  { service, previous, migrated }: Deployment,
  revision: DescribedTaskDefinition | undefined,
  details: Record<string, string>,
): Record<string, string> {
  return {
    "task-definition-arn": revision?.arn ?? "",
    revision: revision?.name ?? "",
    "previous-task-definition-arn": previous.arn,
    "previous-revision": previous.name,
    "service-deployment-arn": "",
    "rolled-back": "false",
    "migration-task-arn": migrated?.taskArn ?? "",
    "console-url": consoleUrl(service.serviceArn ?? ""),
    ...details,
  };
}
